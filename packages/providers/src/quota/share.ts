import { PRIORITIES, priorityOfRank } from '@freshet/contracts';
import type { QuotaWindow } from '../provider.ts';
import { isLong, spanMs } from './window.ts';

/**
 * The part of a day's or month's limit that is reserved for each class, by its rank. A class may use its own share and
 * the shares of less urgent classes, but never the unused shares of more urgent ones.
 */
export const SHARES: Readonly<Record<number, number>> = {
  [PRIORITIES.emergency]: 0.1,
  [PRIORITIES.high]: 0.2,
  [PRIORITIES.medium]: 0.4,
  [PRIORITIES.low]: 0.3,
};

/** The rank of the class that a rank belongs to: 1, 10, 20 or 30. */
export function classRank(rank: number): number {
  return PRIORITIES[priorityOfRank(rank)];
}

/** The shares of the classes that are more urgent than a rank: `[rank, share]`. */
export function sharesAbove(rank: number): [number, number][] {
  return Object.entries(SHARES)
    .map(([above, share]): [number, number] => [Number(above), share])
    .filter(([above]) => above < classRank(rank));
}

/**
 * The units of a limit that are held back from a rank: the unused shares of the more urgent classes, times the part
 * that is still kept (1: all, 0: released). The ledger's script computes the same.
 */
export function heldFrom(rank: number, limit: number, usedByRank: Record<number, number>, kept: number): number {
  const left = sharesAbove(rank).map(([above, share]) => Math.max(0, share * limit - (usedByRank[above] ?? 0)));
  return kept * left.reduce((sum, each) => sum + each, 0);
}

/**
 * When the shares of a window that resets are released: from `fromMs` before the reset evenly until `untilMs` before
 * it.
 */
export interface Release {
  fromMs: number;
  untilMs: number;
}

/**
 * Unspent shares must be released early enough to be spent before the reset. The release begins at least a twelfth of
 * the period before it (2 h of a day), and at least twice the time that the provider's other windows need to let all of
 * it through. It ends when an eighth of that time is left, for calls that only come with a schedule's next tick.
 */
export function releaseOf(window: QuotaWindow, others: readonly QuotaWindow[]): Release {
  const reserved = window.limit * sharesAbove(PRIORITIES.low).reduce((sum, [, share]) => sum + share, 0);
  const paces = others
    .filter((other) => !isLong(other) && (other.counts === 'cost') === (window.counts === 'cost'))
    .map((other) => other.limit / spanMs(other));
  const pace = Math.min(Number.POSITIVE_INFINITY, ...paces);
  const period = spanMs(window);
  const fromMs = Math.min(period, Math.max((2 * reserved) / pace, period / 12));
  return { fromMs, untilMs: fromMs / 8 };
}

/** The part of the reserved shares that is still kept at a time before the reset: from 1 (all) to 0 (all released). */
export function keptAt(release: Release, leftMs: number): number {
  const { fromMs, untilMs } = release;
  return Math.min(1, Math.max(0, (leftMs - untilMs) / (fromMs - untilMs)));
}

/** The inverse of `keptAt`: the time before the reset at which the kept part has fallen to `kept`. */
export function leftWhenKept(release: Release, kept: number): number {
  const { fromMs, untilMs } = release;
  return untilMs + Math.min(1, Math.max(0, kept)) * (fromMs - untilMs);
}

/**
 * A long sliding window has no reset before which to release its shares. Instead, a less urgent class may borrow from
 * the held-back units, one unit per this many ms. Over one window's length that adds up to all shares. Borrowed units
 * return at the same even pace, so a more urgent class never waits long.
 */
export function borrowEveryMs(window: QuotaWindow, rank: number): number {
  const held = sharesAbove(rank).reduce((sum, [, share]) => sum + share, 0) * window.limit;
  return held === 0 ? 0 : spanMs(window) / held;
}
