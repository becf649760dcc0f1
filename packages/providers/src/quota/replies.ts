import { PROVIDER_ERROR_KINDS } from '@freshet/contracts';
import type { QuotaWindow } from '../provider.ts';
import type { QuotaState, Refusal } from './ledger.ts';
import { leftWhenKept } from './share.ts';
import { describeWindow } from './window.ts';
import type { LedgerWindow } from './window-args.ts';

/**
 * One reason for a refusal: window (from 1), retry in ms, why, room, held back. Window 0 means a park; its reason and
 * kind of error come last.
 */
export type RefusedWindow = [number, number, string, string, string];

const HOUR_MS = 3_600_000;

/** The refusal for the reason that lasts longest. */
export function refusalOf(reasons: readonly RefusedWindow[], windows: readonly LedgerWindow[], now: number): Refusal {
  const all = reasons.map((reason) => refusalBy(reason, windows[reason[0] - 1], now));
  const longest = all.reduce((one, other) => (other.retryInMs > one.retryInMs ? other : one));
  return { ...longest, byShare: all.every(({ byShare }) => byShare) };
}

function refusalBy([, retry, why, room, held]: RefusedWindow, of: LedgerWindow | undefined, now: number): Refusal {
  const refused = (retryInMs: number, because: string, byShare = false): Refusal => ({
    granted: false,
    retryInMs: Math.max(1, Math.ceil(retryInMs)),
    because,
    byShare,
  });
  if (!of) {
    // A park without a kind was stored by an older version.
    const parkedFor = PROVIDER_ERROR_KINDS.find((kind) => kind === held) ?? 'rate_limited';
    return { ...refused(retry, room === '' ? 'parked' : `parked: ${room}`), parkedFor };
  }
  const window = describeWindow(of.window);
  switch (why) {
    case 'lost':
      return refused(retry, `what was used of ${window} was lost with Redis and counts as all of it`);
    case 'never':
      return refused(retry, `the call costs more than ${window} allow`);
    case 'share':
      return refused(untilReleased(of, Number(room), Number(held), now) ?? retry, sharesOf(window), true);
    default:
      return refused(retry, `${window} are used`);
  }
}

function sharesOf(window: string): string {
  return `what is left of ${window} is reserved for more urgent calls`;
}

/**
 * When enough of the reserved shares will be released, in a window that resets. At most an hour ahead, because the more
 * urgent classes may have used their shares by then. Null for sliding windows.
 */
function untilReleased({ release, resetsAt }: LedgerWindow, room: number, held: number, now: number): number | null {
  const resets = resetsAt(now);
  if (!release || !resets) return null;
  const left = resets[2] - now;
  return Math.min(HOUR_MS, Math.max(1, left - leftWhenKept(release, held > 0 ? room / held : 1)));
}

interface Seen {
  now: number;
  parked: number;
  why: string;
  windows: { limit: number; used: number; byClass: Record<string, number>; ends: number }[];
}

/** The look script's result in the contract's terms. */
export function seenOf(reply: unknown, windows: readonly QuotaWindow[]): QuotaState {
  const seen = JSON.parse(String(reply)) as Seen;
  const until = seen.parked > seen.now ? new Date(seen.parked) : null;
  return {
    parked: until && { until, why: seen.why },
    windows: windows.map((window, index) => {
      const { limit = window.limit, used = 0, byClass = {}, ends = 0 } = seen.windows[index] ?? {};
      const ranks = Object.entries(byClass).filter(([name]) => Number(name) > 0);
      return {
        ...window,
        limit,
        used,
        remaining: Math.max(0, limit - used),
        usedByRank: Object.fromEntries(ranks.map(([name, each]) => [Number(name), each])),
        resetsAt: ends > seen.now ? new Date(ends) : null,
        parkedUntil: until,
      };
    }),
  };
}
