import { PRIORITIES } from '@freshet/contracts';
import type { WindowState } from './ledger.ts';
import { heldFrom, keptAt, releaseOf } from './share.ts';
import { isLong, spanMs } from './window.ts';

/**
 * The pace at which schedules may use a day's or month's window so that it lasts, in units per second. In a window that
 * resets: what is left for their class, spread until its shares are released or it resets. In a sliding one: what the
 * more urgent classes don't use. Null for short windows, which may be used up at once.
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
