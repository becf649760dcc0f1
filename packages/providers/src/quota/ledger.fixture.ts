import { type TestRedis, testRedis } from '@freshet/testing';
import type { Redis } from 'ioredis';
import type { QuotaWindow } from '../provider.ts';
import { type Arrival, seeded, VirtualClock } from './arrivals.fixture.ts';
import type { Grant, Ledger, Refusal } from './ledger.ts';
import { createLedger } from './redis-ledger.ts';
import { type UsageStore, usageInMemory } from './usage.ts';

export const START = Date.parse('2026-03-10T12:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** After how long an unanswered call counts as timed out, in the tests. */
export const TIMEOUT = 45_000;

/** A ledger of the provider `tested` on a real Redis and a virtual clock. */
export interface Tested {
  clock: VirtualClock;
  ledger: Ledger;
  redis: Redis;
  prefix: string;
  usage: UsageStore;
  /** What another process sees: the same ledger, but for what is given. */
  another(changes?: { windows?: QuotaWindow[]; usage?: UsageStore }): Ledger;
  /** Loses what Redis knows of this ledger. */
  wipe(): Promise<void>;
}

export type AskMore = { cost?: number; atLeast?: number; rank?: number };

/** Opens ledgers on one connection of the test file; `end` closes it. */
export function testLedgers() {
  const server: TestRedis = testRedis();
  const redis = server.client();
  let number = 0;

  function tested(windows: QuotaWindow[], options: { fixed?: boolean; start?: number } = {}): Tested {
    const clock = new VirtualClock(options.start ?? START);
    const prefix = `${server.prefix}:${number++}:`;
    const usage = usageInMemory();
    const another: Tested['another'] = (changes = {}) => {
      const account = { provider: 'tested', keyHash: 'k', windows: changes.windows ?? windows, fixed: options.fixed };
      return createLedger({
        redis,
        prefix,
        usage: changes.usage ?? usage,
        accounts: [account],
        now: () => clock.now,
      });
    };
    const wipe = async () => {
      const keys = await redis.keys(`${prefix}*`);
      if (keys.length > 0) await redis.unlink(...keys);
      // The new memory of Redis begins later than the one that was lost.
      clock.now += 1;
    };
    return { clock, prefix, redis, usage, another, wipe, ledger: another() };
  }

  return { tested, end: () => server.cleanup() };
}

export const ask = (more: AskMore = {}) => ({ provider: 'tested', cost: 1, rank: 20, timeoutMs: TIMEOUT, ...more });

export async function granted(ledger: Ledger, more?: AskMore): Promise<Grant> {
  const reply = await ledger.take(ask(more));
  if (!reply.granted) throw new Error(`refused: ${reply.because}`);
  return reply;
}

export async function refused(ledger: Ledger, more?: AskMore): Promise<Refusal> {
  const reply = await ledger.take(ask(more));
  if (reply.granted) throw new Error('granted');
  return reply;
}

/** Takes until it is refused. */
export async function takeAll(ledger: Ledger, more?: AskMore): Promise<Grant[]> {
  const grants: Grant[] = [];
  for (;;) {
    const reply = await ledger.take(ask(more));
    if (!reply.granted) return grants;
    grants.push(reply);
  }
}

/** Takes so many, each answered at once. */
export async function spend(ledger: Ledger, calls: number, more?: AskMore): Promise<void> {
  for (let n = 0; n < calls; n++) await ledger.settle(await granted(ledger, more));
}

/** Lanes that always have more to ask and re-ask when they were told to. Returns what the provider saw. */
export async function saturate(
  { clock, ledger }: Tested,
  options: { lanes: number; forMs: number; rank?: number; cost?: () => number; random?: () => number },
): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  const random = options.random ?? seeded(7);
  const end = clock.now + options.forMs;
  const lane = async (): Promise<void> => {
    const reply = await ledger.take(ask({ rank: options.rank, cost: options.cost?.() ?? 1 }));
    if (!reply.granted) {
      clock.after(reply.retryInMs, lane);
      return;
    }
    const answerMs = 50 + Math.floor(random() * 450);
    arrivals.push({ at: clock.now + Math.floor(random() * answerMs), cost: reply.cost });
    clock.after(answerMs, async () => {
      await ledger.settle(reply);
      await lane();
    });
  };
  for (let n = 0; n < options.lanes; n++) clock.after(0, lane);
  await clock.runUntil(end);
  return arrivals;
}

/** The weight that arrived from one moment until before another. */
export function between(arrivals: readonly Arrival[], from: number, to: number): number {
  return arrivals.filter(({ at }) => at >= from && at < to).reduce((sum, { cost }) => sum + cost, 0);
}
