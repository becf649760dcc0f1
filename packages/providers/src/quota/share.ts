import { PRIORITIES, priorityOfRank } from '@freshet/contracts';
import type { QuotaWindow } from '../provider.ts';
import { isLong, spanMs } from './window.ts';

/**
 * What part of a day's or month's limit is reserved for each class, by its rank. A class may use its own share and those
 * of the classes below it, never what the classes above it haven't used of theirs.
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
 * How much of a limit is held back from a rank: what the more urgent classes have left of their shares, times how much
 * of that is still kept (1: all, 0: released). The ledger's script computes the same.
 */
export function heldFrom(rank: number, limit: number, usedByRank: Record<number, number>, kept: number): number {
  const left = sharesAbove(rank).map(([above, share]) => Math.max(0, share * limit - (usedByRank[above] ?? 0)));
  return kept * left.reduce((sum, each) => sum + each, 0);
}

/** When the shares of a window that resets are released: from `fromMs` before the reset evenly until `untilMs` before it. */
export interface Release {
  fromMs: number;
  untilMs: number;
}

/**
 * What a share leaves unspent must be spendable before the reset: the release begins at least twice as long before it as
 * the other windows of the provider need to let all of it through, and no later than a twelfth of the period (2 h of a
 * day); an eighth of that is left over at the end, for calls that only come with the next tick of a schedule.
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

/** How much of the reserved shares is still kept so long before the reset: from 1 (all) down to 0 (all released). */
export function keptAt(release: Release, leftMs: number): number {
  const { fromMs, untilMs } = release;
  return Math.min(1, Math.max(0, (leftMs - untilMs) / (fromMs - untilMs)));
}

/** The reverse of `keptAt`: how long before the reset no more than `kept` is kept. */
export function leftWhenKept(release: Release, kept: number): number {
  const { fromMs, untilMs } = release;
  return untilMs + Math.min(1, Math.max(0, kept)) * (fromMs - untilMs);
}

/**
 * A long window that slides has no reset to release its shares at. There a lower class may borrow from what is held
 * back, one unit each so many ms: over one length of the window this adds up to all of the shares, and what was borrowed
 * comes back as evenly, so that a more urgent class never waits long.
 */
export function borrowEveryMs(window: QuotaWindow, rank: number): number {
  const held = sharesAbove(rank).reduce((sum, [, share]) => sum + share, 0) * window.limit;
  return held === 0 ? 0 : spanMs(window) / held;
}
