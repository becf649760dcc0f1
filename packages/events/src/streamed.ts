import type { Redis } from 'ioredis';
import type { EventSubscriber } from './subscriber.ts';

const TELL_MS = 10_000;
/** What an api that died told last is over after this. */
const KEPT_MS = 40_000;
/** Of more, those that were told last. */
const MOST = 50_000;

const streamedKey = (prefix: string): string => `${prefix}:streamed`;

/**
 * Tells, every few seconds, which symbols clients of this process stream, so that the live schedule keeps them fresh. In Redis alone:
 * emptied, it is told again.
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

/** What clients of any process have streamed within the last seconds; nothing while Redis can't say. */
export async function streamedSymbols(redis: Redis, prefix: string): Promise<string[]> {
  if (redis.status !== 'ready') return [];
  return redis.zrangebyscore(streamedKey(prefix), Date.now() - KEPT_MS, '+inf').catch(() => []);
}
