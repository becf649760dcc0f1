import { PRIORITIES } from '@freshet/contracts';
import type { WindowState } from './ledger.ts';
import { heldFrom, keptAt, releaseOf } from './share.ts';
import { isLong, spanMs } from './window.ts';

/**
 * What schedules may spend of a day's or month's window, in its units per second, so that it lasts: until its shares are
 * released (or it begins anew) what is left for their class, and where it slides what the more urgent classes don't use.
 * Null for short windows, which are there to be used up.
 */
export function sustainedPerS(window: WindowState, others: readonly WindowState[], now: Date): number | null {
  if (!isLong(window)) return null;
  const { limit, usedByRank, remaining, resetsAt } = window;
  const aboveUsed = Object.entries(usedByRank).reduce(
    (sum, [rank, used]) => sum + (Number(rank) < PRIORITIES.low ? used : 0),
    0,
  );
  if (!window.resets || !resetsAt) return Math.max(0, limit - aboveUsed) / (spanMs(window) / 1_000);
  const release = releaseOf(window, others);
  const leftMs = Math.max(1_000, resetsAt.getTime() - now.getTime());
  const kept = keptAt(release, leftMs);
  const room = Math.max(0, remaining - heldFrom(PRIORITIES.low, limit, usedByRank, kept));
  return room / ((kept < 1 ? leftMs : leftMs - release.fromMs) / 1_000);
}
