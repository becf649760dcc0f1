import type { QuotaWindow } from '../provider.ts';

const SECOND = 1000;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;
/** Providers that allow no more calls a day than this are reserved for what others can't serve. */
const SCARCE_A_DAY = 100;

/** A window's name in Redis and Postgres: `60s`, `60s:cost`, `day@0 UTC`, `month@0 America/New_York:cost`. */
export function windowId(window: QuotaWindow): string {
  const { resets } = window;
  const span = resets ? `${resets.every}@${resets.hour} ${resets.zone}` : `${window.perSeconds}s`;
  return window.counts === 'cost' ? `${span}:cost` : span;
}

/** A window for people: `60 in 60 s`, `800 a day`. */
export function describeWindow(window: QuotaWindow): string {
  const units = window.counts === 'cost' ? ' units' : '';
  if (window.resets) return `${window.limit}${units} a ${window.resets.every}`;
  if (window.perSeconds === DAY_SECONDS) return `${window.limit}${units} in 24 h`;
  return `${window.limit}${units} in ${window.perSeconds} s`;
}

/**
 * True for windows longer than an hour. They are divided among the classes, so that a schedule can't use up the day
 * before people need it. Their use is reserved in Postgres before it is spent, so that it isn't lost with Redis. After
 * such a loss shorter windows are simply waited out.
 */
export function isLong(window: QuotaWindow): boolean {
  return window.perSeconds > HOUR_SECONDS || window.resets !== undefined;
}

/** The length of a window, in ms; that of a month that resets is taken as 31 days. */
export function spanMs(window: QuotaWindow): number {
  if (window.resets) return (window.resets.every === 'day' ? 1 : 31) * DAY_SECONDS * SECOND;
  return window.perSeconds * SECOND;
}

/** True for limits with few calls a day, where every call spent is missed later. */
export function isScarce(windows: readonly QuotaWindow[]): boolean {
  const perDay = (window: QuotaWindow) => (window.limit * DAY_SECONDS * SECOND) / spanMs(window);
  return windows.some((window) => isLong(window) && perDay(window) <= SCARCE_A_DAY);
}
