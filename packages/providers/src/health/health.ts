import type { ProviderErrorKind } from '@freshet/contracts';
import type { Redis } from 'ioredis';
import { script } from '../quota/scripts.ts';
import type { UsageKey } from '../quota/usage.ts';
import { RECORD } from './record.lua.ts';

/** One answer of a provider, or its absence. */
export interface Outcome {
  /** The error of the whole call; null when it was served, be it with `no_data` for some symbols. */
  error: ProviderErrorKind | null;
  /** For people, without secrets. */
  detail: string | null;
  latencyMs: number | null;
  cost: number;
  /** A call on the way to the question: served, it says nothing of whether questions are. */
  isStep?: boolean;
}

/** What is known of a provider's health, by all processes together. */
export interface Health {
  /** The share of good answers, from 0 to 1, recent ones weighing more; null before the first. */
  reliability: number | null;
  latencyMs: { p50: number; p95: number } | null;
  callsPerMinute: number;
  unitsPerMinute: number;
  /** ISO 8601. */
  lastSuccessAt: string | null;
  /** When the first of the failures came that nothing good has followed; null while it works, and before anything was asked. */
  failingSince: string | null;
  lastError: { kind: ProviderErrorKind; detail: string; at: string } | null;
}

export interface HealthRecord {
  /** Notes an outcome. Returns the last outcomes that the breaker judges by, newest first. */
  note(key: UsageKey, outcome: Outcome): Promise<boolean[]>;
  read(key: UsageKey): Promise<Health>;
  /** The breaker has closed: the last outcomes no longer count, and what they did to the score isn't held against the provider for ever. */
  forgetOutcomes(key: UsageKey): Promise<void>;
}

/** An answer moves the score by a twentieth: half of it is what the last 14 answers were. */
const WEIGHT = 0.05;

/** Of a provider that answers again: asked like others, and after a few failures no more. With what it had, nobody would ask it who has anybody else. */
const SECOND_CHANCE = 0.6;

/** The pace is that of the last so many whole minutes. */
const PACE_MINUTES = 5;

/** An answer that says that the provider itself is in trouble; the rest is about what it was asked, and how often. */
const FAILURES: ReadonlySet<ProviderErrorKind> = new Set(['unavailable', 'malformed']);
/** Says nothing of whether it works: the quota knows of it. */
const NOT_JUDGED: ReadonlySet<ProviderErrorKind> = new Set(['rate_limited', 'quota_spent', 'bad_key']);

export function createHealthRecord({
  redis,
  prefix,
  now,
}: {
  redis: Redis;
  prefix: string;
  /** For simulations: replaces the clock of Redis. */
  now?: () => number;
}): HealthRecord {
  const record = script(redis, 'providerHealthRecord', RECORD);
  const keysOf = ({ provider, keyHash }: UsageKey) => {
    const health = `${prefix}health:${provider}:${keyHash}`;
    return [health, `${health}:outcomes`, `${health}:latencies`, `${health}:pace`] as const;
  };

  return {
    async note(key, { error, detail, latencyMs, cost, isStep = false }) {
      const at = new Date(now ? now() : Date.now()).toISOString();
      const recent = await record(keysOf(key), {
        good: error === null ? !isStep : !(FAILURES.has(error) || NOT_JUDGED.has(error)),
        // Whoever is throttled all the time comes after those who aren't, though it is in no trouble.
        scored: error !== null || !isStep,
        judged: error === null ? !isStep : !NOT_JUDGED.has(error),
        latencyMs: latencyMs ?? undefined,
        cost: Math.ceil(cost),
        error: error ? JSON.stringify({ kind: error, detail: (detail ?? error).slice(0, 500), at }) : undefined,
        at,
        weight: WEIGHT,
        now: now?.(),
      });
      return [...String(recent)].map((each) => each === '1');
    },

    async read(key) {
      const [health, , latencies, pace] = keysOf(key);
      const [[score, error, success, failing], times, perMinute] = await Promise.all([
        redis.hmget(health, 'score', 'error', 'success', 'failing'),
        redis.lrange(latencies, 0, -1),
        redis.hgetall(pace),
      ]);
      const minute = Math.floor((now ? now() : Date.now()) / 60_000);
      return {
        reliability: score == null ? null : Number(score),
        latencyMs: percentiles(times.map(Number)),
        callsPerMinute: paceOf(perMinute, 'calls', minute),
        unitsPerMinute: paceOf(perMinute, 'units', minute),
        lastSuccessAt: success ?? null,
        failingSince: failing ?? null,
        lastError: error ? (JSON.parse(error) as Health['lastError']) : null,
      };
    },

    async forgetOutcomes(key) {
      const [health, outcomes] = keysOf(key);
      await redis.del(outcomes);
      const score = await redis.hget(health, 'score');
      if (score !== null && Number(score) < SECOND_CHANCE) await redis.hset(health, 'score', String(SECOND_CHANCE));
    },
  };
}

/** The median and the 95th percentile (nearest rank); null of nothing. */
export function percentiles(values: readonly number[]): { p50: number; p95: number } | null {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  const [p50, p95] = [at(0.5), at(0.95)];
  return p50 === undefined || p95 === undefined ? null : { p50, p95 };
}

/** The mean of the last whole minutes; of the running one while nothing is known of those. */
function paceOf(perMinute: Record<string, string>, what: 'calls' | 'units', minute: number): number {
  const counted = (ago: number) => Number(perMinute[`${what}:${minute - ago}`] ?? 0);
  const whole = Array.from({ length: PACE_MINUTES }, (_, index) => counted(index + 1));
  const first = whole.findLastIndex((count) => count > 0);
  if (first < 0) return counted(0);
  // A provider that has worked for two minutes isn't judged by the three before.
  return whole.reduce((sum, count) => sum + count, 0) / (first + 1);
}
