import { join } from 'node:path';
import { redisProducer, whenReady } from '@freshet/runtime';
import type { MarketKind } from '@freshet/store';

/**
 * Simulated and real prices must not meet: they have the same symbols and sources, and no check could part them again. So each
 * kind has its own PostgreSQL and Redis under the data directory, and a database or Redis that was given is marked with its kind.
 */
export function serversDirectory(dataDir: string, kind: MarketKind): string {
  return kind === 'real' ? dataDir : join(dataDir, 'simulated');
}

interface Given {
  databaseUrl: string;
  /** Where that database is when it is our own; null: it was given. */
  ownDir: string | null;
  /** Only one that was given: our own lies beside its database. */
  redisUrl?: string;
  redisPrefix: string;
  kind: MarketKind;
}

/**
 * Marks the database, and the Redis that was given, with the kind of prices that they are going to hold.
 * @returns whether the database has held no prices so far
 * @throws Error that says what to do when one of them holds the other kind
 */
export async function claimServers({ databaseUrl, ownDir, redisUrl, redisPrefix, kind }: Given): Promise<boolean> {
  const { claimMarket, createPool } = await import('@freshet/store');
  const pool = createPool({ url: databaseUrl, max: 1, name: 'freshet-up' });
  try {
    const claimed = await claimMarket(pool, kind);
    if (claimed.kind !== kind) throw ownDir ? ofEarlierVersion(ownDir) : otherKind('DATABASE_URL', claimed.kind);
    if (redisUrl && (await claimRedis(redisUrl, `${redisPrefix}:market`, kind)) !== kind) {
      throw otherKind('REDIS_URL', claimed.kind === 'real' ? 'simulated' : 'real');
    }
    return claimed.isNew;
  } finally {
    await pool.end();
  }
}

async function claimRedis(url: string, key: string, kind: MarketKind): Promise<string | null> {
  const redis = redisProducer(url);
  try {
    await whenReady(redis, 5_000);
    await redis.setnx(key, kind);
    return await redis.get(key);
  } finally {
    redis.disconnect();
  }
}

function otherKind(variable: string, held: MarketKind): Error {
  const start = held === 'real' ? 'without --simulate (npm start)' : 'with --simulate (npm run demo)';
  return new Error(
    `${variable} names a server that holds ${held} prices, and real and simulated ones must not meet. ` +
      `Start ${start}, or choose another ${variable}.`,
  );
}

/** Once, the demo kept its data where only real ones are now. */
function ofEarlierVersion(ownDir: string): Error {
  return new Error(
    `${ownDir} holds simulated prices of an earlier version, and real and simulated ones must not meet. ` +
      `Choose another --data-dir, or remove ${join(ownDir, 'postgres')} and ${join(ownDir, 'redis')}.`,
  );
}
