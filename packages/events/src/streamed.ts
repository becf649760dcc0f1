import type { Redis } from 'ioredis';
import type { EventSubscriber } from './subscriber.ts';

const TELL_MS = 10_000;
/** How long a symbol counts as streamed after an api last told of it: an api that died stops telling. */
const KEPT_MS = 40_000;
/** The most symbols that are kept; the most recently told ones stay. */
const MOST = 50_000;

const streamedKey = (prefix: string): string => `${prefix}:streamed`;

/**
 * Tells every few seconds which symbols the clients of this process stream, so that the live schedule keeps them fresh. Kept in Redis alone:
 * if Redis is emptied, they are told again.
 */
export function tellStreamed(options: {
  subscriber: Pick<EventSubscriber, 'priced'>;
  redis: Redis;
  prefix: string;
  everyMs?: number;
}): { stop(): void } {
  const { subscriber, redis, prefix, everyMs = TELL_MS } = options;
  const key = streamedKey(prefix);

  async function tell(): Promise<void> {
    const symbols = [...subscriber.priced()].slice(0, MOST);
    if (symbols.length === 0 || redis.status !== 'ready') return;
    const now = Date.now();
    await redis
      .multi()
      .zadd(key, ...symbols.flatMap((symbol) => [now, symbol]))
      .zremrangebyscore(key, '-inf', now - KEPT_MS)
      .zremrangebyrank(key, 0, -MOST - 1)
      .pexpire(key, KEPT_MS)
      .exec();
  }
  const timer = setInterval(() => void tell().catch(() => {}), everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** The symbols that clients of any process have streamed within the last 40 s; none while Redis can't be asked. */
export async function streamedSymbols(redis: Redis, prefix: string): Promise<string[]> {
  if (redis.status !== 'ready') return [];
  return redis.zrangebyscore(streamedKey(prefix), Date.now() - KEPT_MS, '+inf').catch(() => []);
}
