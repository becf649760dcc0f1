import { Redis, type RedisOptions } from 'ioredis';
import { ConfigError } from './config-error.ts';
import { boundFirstAnswer } from './first-answer.ts';
import { parseRedisUrl } from './redis-url.ts';

/** The type of what the functions here return. */
export type { Redis } from 'ioredis';

/** The clients that are giving up a connection, by their options object: ioredis calls the two functions below on it, and a duplicated client has its own. */
const leaving = new WeakSet<RedisOptions>();

/** Reconnects after 0.2 s at first, never later than 2.2 s; spread, so that a fleet doesn't return in step. */
function retryStrategy(this: RedisOptions, attempt: number): number {
  leaving.delete(this);
  return Math.min(100 * 2 ** Math.min(attempt, 5), 2000) + Math.floor(Math.random() * 200);
}

/**
 * After a failover the old master answers READONLY; reconnecting leads to the new one. Returns true once per connection: closing takes a
 * moment, and for each further answer that was on its way ioredis would end the connection again, with one more listener on its socket.
 */
function reconnectOnError(this: RedisOptions, error: Error): boolean {
  if (!error.message.startsWith('READONLY') || leaving.has(this)) return false;
  leaving.add(this);
  return true;
}

/**
 * `socketTimeout` is what notices a flow that was dropped without a word (a NAT or load balancer forgot it): without it
 * nothing recovered in 90 s, with it everything in 15 to 17. It exceeds BullMQ's blocking reads of 5 and 10 s.
 */
function optionsFor(url: string): RedisOptions {
  const options = parseRedisUrl(url);
  if (!options) throw new ConfigError(['REDIS_URL is not an address of a Redis']);
  return {
    ...options,
    retryStrategy,
    connectTimeout: 5_000,
    keepAlive: 30_000,
    socketTimeout: 15_000,
    // A sentinel that says nothing would be waited for without end; the next one is asked instead.
    sentinelCommandTimeout: 1_500,
    reconnectOnError,
  };
}

/**
 * For callers that must answer soon (the API, producers, caches, quota): fails at once while Redis is away, and within
 * 1.5 s when it hangs. A command that failed may have been carried out all the same.
 */
export function redisProducer(url: string, extra: RedisOptions = {}): Redis {
  return quiet(
    new Redis({
      ...optionsFor(url),
      maxRetriesPerRequest: 1,
      enableOfflineQueue: false,
      commandTimeout: 1_500,
      ...extra,
    }),
  );
}

/** For BullMQ workers: waits for Redis for ever, blocking commands included. */
export function redisWorker(url: string, extra: RedisOptions = {}): Redis {
  return quiet(boundFirstAnswer(new Redis({ ...optionsFor(url), maxRetriesPerRequest: null, ...extra })));
}

/** For pub/sub and blocking stream reads: waits for ever and subscribes again after a reconnect. */
export function redisSubscriber(url: string): Redis {
  return quiet(boundFirstAnswer(new Redis({ ...optionsFor(url), maxRetriesPerRequest: null, autoResubscribe: true })));
}

/** An `error` event without a listener ends the process. Callers that log errors add a listener of their own. */
function quiet(client: Redis): Redis {
  return client.on('error', () => {});
}

/**
 * Refuses a Redis that lacks the database named in the address: ioredis would go on with number 0, where another installation may be.
 * @throws ConfigError
 */
export async function assertRedisDatabase(client: Redis): Promise<void> {
  const db = client.options.db ?? 0;
  if (db === 0) return;
  const answer = await client.select(db).catch((error: Error) => error);
  if (!(answer instanceof Error)) return;
  // An error of the connection says nothing about the databases.
  if (answer.name !== 'ReplyError') throw answer;
  throw new ConfigError([`REDIS_URL: this Redis has no database ${db} (${answer.message}); name one that it has`]);
}

/**
 * Refuses a Redis that may throw jobs away: with `allkeys-lru`, 17,569 of 20,000 acknowledged jobs came out empty; and one without the
 * database that is asked for.
 * @throws ConfigError when maxmemory-policy is anything but noeviction
 */
export async function assertRedisPolicy(client: Redis): Promise<void> {
  await assertRedisDatabase(client);
  // INFO is allowed where managed Redis services forbid CONFIG.
  const policy = /^maxmemory_policy:(\S+)/m.exec(await client.info('memory'))?.[1];
  if (policy === 'noeviction') return;
  throw new ConfigError([
    `REDIS_URL: this Redis has maxmemory-policy ${policy ?? 'unknown'}, so it may drop queued work when it is full; set it to noeviction`,
  ]);
}

/** Resolves once the client is connected. @throws Error when it isn't within `withinMs` */
export async function whenReady(client: Redis, withinMs: number): Promise<void> {
  if (client.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      client.off('ready', onReady);
      reject(new Error(`Redis did not answer within ${withinMs} ms`));
    }, withinMs);
    const onReady = () => {
      clearTimeout(timer);
      resolve();
    };
    client.once('ready', onReady);
  });
}
