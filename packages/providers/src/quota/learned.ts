import type { Learned, QuotaWindow } from '../provider.ts';

/** A provider's counter as an argument of the script. `window` counts from 1. */
export interface LearnedArgs {
  window: number;
  limit?: number;
  used?: number;
  remaining?: number;
  until?: number;
}

/**
 * The provider's counters that belong to a window of this ledger, as script arguments. Impossible numbers are dropped.
 */
export function learnedArgs(learned: readonly Learned[], windows: readonly QuotaWindow[]): LearnedArgs[] {
  return learned.flatMap((one) => {
    const index = windowSpokenOf(one, windows);
    if (index < 0) return [];
    const limit = counted(one.limit);
    const args: LearnedArgs = { window: index + 1, used: counted(one.used), remaining: counted(one.remaining) };
    if (limit) args.limit = limit;
    const until = one.resetsAt?.getTime();
    if (until !== undefined && Number.isFinite(until)) args.until = until;
    return [args];
  });
}

/**
 * The window of that length. Of two, the one with the same way of counting, else the one in the provider's own units.
 */
function windowSpokenOf(one: Learned, windows: readonly QuotaWindow[]): number {
  const counts = one.counts ?? 'cost';
  const sameLength = (window: QuotaWindow) => window.perSeconds === one.perSeconds;
  const exact = windows.findIndex((window) => sameLength(window) && (window.counts ?? 'calls') === counts);
  return exact >= 0 || one.counts ? exact : windows.findIndex(sameLength);
}

function counted(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? Math.ceil(value) : undefined;
}
