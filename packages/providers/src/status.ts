import {
  type DataKind,
  PRIORITIES,
  type Priority,
  type ProviderStatus,
  type QuotaState,
  type ServedData,
} from '@freshet/contracts';
import type { BreakerState } from './breaker.ts';
import { preferenceOf, type Standing } from './choose.ts';
import type { Health } from './health/health.ts';
import type { Provider, QuotaWindow } from './provider.ts';
import { forecast } from './quota/forecast.ts';
import type { Parked, WindowState } from './quota/ledger.ts';
import { heldFrom, keptAt, releaseOf } from './quota/share.ts';
import { sustainedPerS } from './quota/sustained.ts';
import { isLong, isScarce } from './quota/window.ts';
import type { ProviderSettings } from './settings.ts';

/** All that is known of one provider at one moment. */
export interface ProviderFacts {
  settings: ProviderSettings;
  health: Health;
  breaker: BreakerState;
  windows: readonly WindowState[];
  parked: Parked | null;
}

/** Below this share of good answers a provider is unwell. */
const WELL = 0.9;
/** A park or refusal of less than this is the ordinary waiting of a busy lane. */
const SHORT_MS = 60_000;
/** A breaker that has opened again is open for longer than this. */
const DOWN_MS = 15_000;

/** The row that workers write and the API shows. */
export function statusOf(facts: ProviderFacts, now: Date): ProviderStatus {
  const { settings, health, windows, parked } = facts;
  const { provider } = settings;
  return {
    provider: provider.name,
    title: provider.title,
    enabled: settings.enabled,
    retired: provider.state === 'retired',
    because: becauseOf(facts, now),
    notice: provider.notice ?? null,
    health: healthOf(facts, now),
    reliability: health.reliability === null ? null : Math.round(health.reliability * 1000) / 1000,
    breaker: breakerOf(facts.breaker, now),
    parked_until: parked?.until.toISOString() ?? null,
    serves: servesOf(provider),
    preference: preferenceOf(provider),
    windows: settings.enabled
      ? windows.map((window) => quotaState(window, windows, health, now))
      : settings.limits.map((window) => unused(window)),
    requests_per_minute: Math.round(health.callsPerMinute * 10) / 10,
    concurrency: settings.concurrency,
    latency_ms: health.latencyMs,
    last_success_at: health.lastSuccessAt,
    next_probe_at: nextProbeAt(facts),
    failing_since: failingSince(facts),
    last_error: health.lastError,
  };
}

/** What the choice of a provider needs to know of it. */
export function standingOf({ settings, health, breaker, windows, parked }: ProviderFacts, now: Date): Standing {
  const waits = parked !== null && parked.until.getTime() - now.getTime() > SHORT_MS;
  const long = windows.filter(isLong).map(({ remaining }) => remaining);
  return {
    enabled: settings.enabled,
    breaker: breaker.is === 'off' ? offOf(breaker, now) : breakerOf(breaker, now),
    reliability: health.reliability,
    parked: parked !== null && parked.until > now,
    quotaLeft: waits ? 0 : Math.min(Number.POSITIVE_INFINITY, ...long),
    scarce: isScarce(settings.limits),
  };
}

/** What a provider's windows leave at this moment. */
export interface Room {
  calls: number;
  /** In the provider's own units. */
  units: number;
}

/** Null: nothing for long, because a day is spent, it is parked, it is down, or it is off. */
export function roomOf(facts: ProviderFacts, now: Date): Room | null {
  const { enabled, breaker, quotaLeft } = standingOf(facts, now);
  if (!enabled || breaker === 'off' || quotaLeft <= 0) return null;
  const { parked, windows } = facts;
  if (downBecause(facts, now) !== null) return null;
  if (breaker === 'open' || (parked && parked.until > now)) return { calls: 0, units: 0 };
  const least = (counts: 'calls' | 'cost') =>
    Math.min(
      Number.POSITIVE_INFINITY,
      ...windows.filter((window) => (window.counts ?? 'calls') === counts).map(({ remaining }) => remaining),
    );
  return { calls: least('calls'), units: least('cost') };
}

/** What is wrong with a provider that won't be asked for long because it fails; null when that isn't so. */
export function downBecause({ settings, breaker }: ProviderFacts, now: Date): string | null {
  const isDown = settings.enabled && breaker.is === 'open' && breaker.until - now.getTime() > DOWN_MS;
  return isDown ? breaker.why : null;
}

/** What is wrong with a provider that may not be asked at this moment because it fails; null when it may be. */
export function shutBecause({ settings, breaker }: ProviderFacts, now: Date): string | null {
  return settings.enabled && breaker.is === 'open' && now.getTime() < breaker.until ? breaker.why : null;
}

/** From when on the next call may show whether a provider that isn't asked is well again: what parks it holds beside its breaker. */
function nextProbeAt({ settings, breaker, parked }: ProviderFacts): string | null {
  if (!settings.enabled || breaker.is === 'closed') return null;
  return new Date(Math.max(breaker.until, parked?.until.getTime() ?? 0)).toISOString();
}

/** What was under way when its breaker opened may still end well, which doesn't close it. */
function failingSince({ health, breaker }: ProviderFacts): string | null {
  const opened = breaker.is !== 'closed' && breaker.since !== undefined ? new Date(breaker.since).toISOString() : null;
  return [health.failingSince, opened].filter((since) => since !== null).toSorted()[0] ?? null;
}

/** A refused key is tried again after an hour, and more rarely after each time. */
function offOf(breaker: BreakerState & { is: 'open' | 'off' }, now: Date): Standing['breaker'] {
  return now.getTime() >= breaker.until ? 'half_open' : 'off';
}

function breakerOf(breaker: BreakerState, now: Date): ProviderStatus['breaker'] {
  if (breaker.is === 'closed') return 'closed';
  return now.getTime() >= breaker.until ? 'half_open' : 'open';
}

function healthOf({ settings, health, breaker, windows, parked }: ProviderFacts, now: Date): ProviderStatus['health'] {
  if (!settings.enabled || breaker.is === 'off') return 'off';
  if (breaker.is === 'open') return now.getTime() >= breaker.until ? 'degraded' : 'down';
  const waits = parked !== null && parked.until.getTime() - now.getTime() > SHORT_MS;
  const spent = windows.some((window) => isLong(window) && window.remaining <= 0);
  return waits || spent || (health.reliability ?? 1) < WELL ? 'degraded' : 'healthy';
}

function becauseOf({ settings, breaker, windows, parked, health }: ProviderFacts, now: Date): string | null {
  if (settings.why) return settings.why;
  if (breaker.is === 'off') return `Its key was refused: ${breaker.why}`;
  if (breaker.is === 'open') return `It fails: ${breaker.why}`;
  if (parked && parked.until > now) return `Not asked until ${parked.until.toISOString()}: ${parked.why}`;
  const spent = windows.find((window) => isLong(window) && window.remaining <= 0);
  if (spent) return `Its ${nameOf(spent)} is spent.`;
  if ((health.reliability ?? 1) < WELL && health.lastError) return `Unreliable of late: ${health.lastError.detail}`;
  return null;
}

function servesOf({ serves }: Provider): ProviderStatus['serves'] {
  const served = Object.entries(serves).map(
    ([data, { classes, batchMax, batchBest, cost, historyDays }]): [DataKind, ServedData] => [
      data as DataKind,
      {
        ...{ classes, batch_max: batchMax, batch_best: batchBest, cost_best: cost(batchBest) },
        ...(historyDays !== undefined && { history_days: historyDays }),
      },
    ],
  );
  return Object.fromEntries(served);
}

function quotaState(window: WindowState, others: readonly WindowState[], health: Health, now: Date): QuotaState {
  const perMinute = window.counts === 'cost' ? health.lasting.units : health.lasting.calls;
  const { limit, used, perSeconds } = window;
  const resetsAt = window.resets ? window.resetsAt : null;
  const { runsOutAt, lasts, stretch } = forecast({ limit, used, perMinute, resetsAt, perSeconds }, now);
  return {
    ...unused(window),
    used,
    remaining: window.remaining,
    resets_at: window.resetsAt?.toISOString() ?? null,
    schedules_per_s: sustainedPerS(window, others, now),
    shares: sharesOf(window, others, now),
    forecast: { runs_out_at: runsOutAt?.toISOString() ?? null, lasts, stretch: Math.round(stretch * 1000) / 1000 },
  };
}

/** What is kept from each class for more urgent ones, and when it is released; null for a short window, which has no shares. */
function sharesOf(window: WindowState, others: readonly WindowState[], now: Date): QuotaState['shares'] {
  if (!isLong(window)) return null;
  const { limit, usedByRank, resetsAt } = window;
  const release = window.resets && resetsAt ? { at: resetsAt.getTime(), ...releaseOf(window, others) } : null;
  const kept = release ? keptAt(release, release.at - now.getTime()) : 1;
  const held = CLASSES.map((name) => [name, heldFrom(PRIORITIES[name], limit, usedByRank, kept)] as const);
  const before = (ms: number) => new Date((release?.at ?? 0) - ms).toISOString();
  return {
    held: Object.fromEntries(held.filter(([, units]) => units > 0)),
    release: release && { from: before(release.fromMs), until: before(release.untilMs) },
  };
}

function unused(window: QuotaWindow): QuotaState {
  const { limit, perSeconds, counts = 'calls' } = window;
  return {
    name: nameOf(window),
    limit,
    per_s: perSeconds,
    counts,
    used: 0,
    remaining: limit,
    resets_at: null,
    forecast: null,
  };
}

const CLASSES = Object.keys(PRIORITIES) as Priority[];
const NAMES: Record<number, string> = { 1: 'second', 60: 'minute', 3600: 'hour', 86_400: 'day' };

/** `minute`, `day`, `10 s`: a window's name for people. */
function nameOf({ perSeconds, resets }: QuotaWindow): string {
  if (resets) return resets.every;
  if (perSeconds >= 28 * 86_400 && perSeconds <= 31 * 86_400) return 'month';
  return NAMES[perSeconds] ?? `${perSeconds} s`;
}
