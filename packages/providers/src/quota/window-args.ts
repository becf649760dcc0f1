import type { QuotaWindow } from '../provider.ts';
import { type Resettings, resetsAround } from './periods.ts';
import { borrowEveryMs, keptAt, type Release, releaseOf, sharesAbove } from './share.ts';
import { isLong, spanMs, windowId } from './window.ts';

const HOUR_MS = 3_600_000;

/** One window as an argument of the scripts; `lua/prelude.lua.ts` explains the fields. */
export interface WindowArgs {
  limit: number;
  fixed: boolean;
  cost: boolean;
  span: number;
  grain: number;
  reask: number;
  ttl: number;
  stored: boolean;
  dry: boolean;
  resets?: Resettings;
  guard?: number;
  slice?: number;
  above: [number, number][];
  kept: number;
  borrow: number;
}

/** One window of one ledger, with everything computed once that is constant between calls. */
export interface LedgerWindow {
  window: QuotaWindow;
  id: string;
  /** When the shares are released, for windows that reset. */
  release: Release | null;
  /** How many units are reserved in Postgres at once. */
  block: number;
  /** The length of the time slices by which Postgres dates the use of long sliding windows. */
  sliceMs: number | null;
  resetsAt(now: number): Resettings | undefined;
  args(now: number, rank: number, dry: boolean): WindowArgs;
}

/**
 * `fixed`: the operator has set the limit. What the provider reports may lower it but not raise it.
 *
 * A sliding window is kept slightly longer than declared (by 2 ms and a ten-thousandth): the provider's clock may drift
 * from ours and may count in whole milliseconds. For the same reason a reset is uncertain by up to 2 s.
 */
export function ledgerWindow(window: QuotaWindow, others: readonly QuotaWindow[], fixed: boolean): LedgerWindow {
  const length = spanMs(window);
  const span = length + 2 + Math.ceil(length / 10_000);
  const long = isLong(window);
  const slides = window.resets === undefined;
  const release = long && !slides ? releaseOf(window, others) : null;
  const sliceMs = long && slides ? Math.ceil(length / 24) : null;
  const constant = {
    limit: window.limit,
    fixed,
    cost: window.counts === 'cost',
    span,
    grain: Math.max(1, Math.floor(length / 1000)),
    reask: Math.ceil(Math.min(1000, Math.max(10, length / 50))),
    ttl: 2 * span + HOUR_MS,
    stored: long,
  };
  let known: Resettings | undefined;

  function resetsAt(now: number): Resettings | undefined {
    if (!window.resets) return undefined;
    if (!known || now < known[1] || now >= known[2]) known = resetsAround(window.resets, new Date(now));
    return known;
  }

  return {
    window,
    id: windowId(window),
    release,
    // A wiped Redis loses the unused rest of a block: one per period, or one per time slice.
    block: Math.ceil(window.limit / (slides ? 400 : 100)),
    sliceMs,
    resetsAt,
    args: (now, rank, dry) => {
      const resets = resetsAt(now);
      return {
        ...constant,
        dry,
        above: long ? sharesAbove(rank) : [],
        kept: release && resets ? keptAt(release, resets[2] - now) : 1,
        borrow: long && slides ? borrowEveryMs(window, rank) : 0,
        ...(resets ? { resets, guard: Math.min(2000, Math.ceil(length / 1000)) } : {}),
        ...(sliceMs ? { slice: Math.floor(now / sliceMs) * sliceMs } : {}),
      };
    },
  };
}
