import type { ProviderErrorKind } from '@freshet/contracts';
import type { Redis } from 'ioredis';
import { script } from '../quota/scripts.ts';
import type { UsageKey } from '../quota/usage.ts';
import { RECORD } from './record.lua.ts';

/** The outcome of one call: an answer, or that none came. */
export interface Outcome {
  /** The error of the whole call; null when it was served, even if with `no_data` for some symbols. */
  error: ProviderErrorKind | null;
  /** For people, without secrets. */
  detail: string | null;
  latencyMs: number | null;
  cost: number;
  /** A step of a handshake. Its success says nothing of whether questions are answered. */
  isStep?: boolean;
}

/** A provider's health as all processes together have measured it. */
export interface Health {
  /** The share of good answers from 0 to 1, weighted towards recent ones; null before the first answer. */
  reliability: number | null;
  latencyMs: { p50: number; p95: number } | null;
  callsPerMinute: number;
  unitsPerMinute: number;
  /**
   * The pace per minute to forecast by. 0 when all calls were made within five minutes: they may be those of a single refresh, which says
   * nothing of the hours to come. Never more than the mean of the last 15 minutes, because schedules call in bursts.
   */
  lasting: { calls: number; units: number };
  /** ISO 8601. */
  lastSuccessAt: string | null;
  /** The time of the first failure since the last good answer; null while it works and before the first call. */
  failingSince: string | null;
  lastError: { kind: ProviderErrorKind; detail: string; at: string } | null;
}

export interface HealthRecord {
  /** Records an outcome. Returns the last outcomes, newest first, which the breaker judges by. */
  note(key: UsageKey, outcome: Outcome): Promise<boolean[]>;
  read(key: UsageKey): Promise<Health>;
  /** Called when the breaker has closed: forgets the last outcomes and lifts the score that they lowered. */
  forgetOutcomes(key: UsageKey): Promise<void>;
}

/** The weight of one answer in the score. The last 14 answers make up half of the score. */
const WEIGHT = 0.05;

/**
 * The score of a provider that has recovered: high enough to be asked like others, low enough to drop out again after a
 * few failures. With its old score it would be asked only where there is no other provider.
 */
const SECOND_CHANCE = 0.6;

/** The present pace is averaged over so many whole minutes; so many are remembered. */
const PACE_MINUTES = 5;
const REMEMBERED_MINUTES = 15;

/** Errors that mean trouble of the provider itself; the others concern the question or the number of calls. */
const FAILURES: ReadonlySet<ProviderErrorKind> = new Set(['unavailable', 'malformed']);
/** Errors that don't count for or against the provider: the quota handles them. */
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
        // A provider that throttles all the time should rank after others, though it isn't in trouble.
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
        lasting: { calls: lastingOf(perMinute, 'calls', minute), units: lastingOf(perMinute, 'units', minute) },
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

/** The median and the 95th percentile (nearest rank); null without values. */
export function percentiles(values: readonly number[]): { p50: number; p95: number } | null {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  const [p50, p95] = [at(0.5), at(0.95)];
  return p50 === undefined || p95 === undefined ? null : { p50, p95 };
}

type Counted = 'calls' | 'units';

function lastingOf(perMinute: Record<string, string>, what: Counted, minute: number): number {
  const lasts = Object.keys(perMinute).some((field) => minute - Number(field.split(':')[1]) > PACE_MINUTES);
  if (!lasts) return 0;
  return Math.min(paceOf(perMinute, what, minute), paceOf(perMinute, what, minute, REMEMBERED_MINUTES));
}

/** The mean of the last whole minutes; the running minute's count when there is nothing older. */
function paceOf(perMinute: Record<string, string>, what: Counted, minute: number, minutes = PACE_MINUTES): number {
  const counted = (ago: number) => Number(perMinute[`${what}:${minute - ago}`] ?? 0);
  const whole = Array.from({ length: minutes }, (_, index) => counted(index + 1));
  const first = whole.findLastIndex((count) => count > 0);
  if (first < 0) return counted(0);
  // Only the minutes since the first recorded call count.
  return whole.reduce((sum, count) => sum + count, 0) / (first + 1);
}
