import type { QuotaWindow } from '../provider.ts';
import { type Resettings, resetsAround } from './periods.ts';
import { borrowEveryMs, keptAt, type Release, releaseOf, sharesAbove } from './share.ts';
import { isLong, spanMs, windowId } from './window.ts';

const HOUR_MS = 3_600_000;

/** What the scripts are told of one window; the meaning of each field is in `lua/prelude.lua.ts`. */
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

/** One window of one ledger: what doesn't change between two calls is worked out once. */
export interface LedgerWindow {
  window: QuotaWindow;
  id: string;
  /** For windows that reset: when their shares are released. */
  release: Release | null;
  /** How many units are reserved in Postgres at once. */
  block: number;
  /** For long windows that slide: the length of the slices of time that Postgres dates their use by. */
  sliceMs: number | null;
  resetsAt(now: number): Resettings | undefined;
  args(now: number, rank: number, dry: boolean): WindowArgs;
}

/**
 * `fixed`: the limit is the operator's word, which the provider's own word may lower but not raise.
 *
 * A sliding window is kept a little longer than it is (2 ms and a ten-thousandth), for the provider's clock doesn't run
 * exactly as ours and may count in whole milliseconds. A reset is uncertain by up to 2 s for the same reason.
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
    // Lost with a wiped Redis: the rest of one block of a period, or of one block of each slice.
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
