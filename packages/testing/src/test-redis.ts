import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { sharedServer } from './shared-servers.ts';

/** A test file's part of the run's Redis: a prefix that no other file uses. */
export interface TestRedis {
  url: string;
  /** For key names, and as BullMQ's prefix. Use no other keys and never FLUSHALL here; `ownRedis` is for that. */
  prefix: string;
  /** A plain connection, closed by `cleanup`. */
  client(): Redis;
  /** Deletes every key under the prefix and closes the connections that it gave out. */
  cleanup(): Promise<void>;
}

export function testRedis(): TestRedis {
  const url = sharedServer('redis');
  const prefix = `t${randomBytes(6).toString('hex')}`;
  const clients: Redis[] = [];
  const client = () => {
    const redis = new Redis(url, { maxRetriesPerRequest: null });
    redis.on('error', () => {});
    clients.push(redis);
    return redis;
  };
  return {
    url,
    prefix,
    client,
    async cleanup() {
      const redis = client();
      // BullMQ prefixes may stand in braces, for clusters.
      for (const pattern of [`${prefix}*`, `{${prefix}*`]) {
        for await (const keys of redis.scanStream({ match: pattern, count: 1000 }) as AsyncIterable<string[]>) {
          if (keys.length > 0) await redis.unlink(...keys);
        }
      }
      for (const each of clients) each.disconnect();
    },
  };
}
