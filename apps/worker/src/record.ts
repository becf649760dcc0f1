import type { AssetClass, MarketSymbol } from '@freshet/market';
import type { AssetStatus, DataKind, TriedProvider } from '@freshet/contracts';
import { linkTrace, logAlso } from '@freshet/runtime';
import { knownOf } from '@freshet/refresh';
import type { Claim, HeldBars, HeldQuote, Landed, Landing, RecordStore, SuspectQuote } from '@freshet/refresh';
import {
  again,
  beforePlan,
  type ClaimedRow,
  claimWants,
  clearLane,
  closesAround,
  commitPlan,
  createLander,
  failCalculations,
  freeClaims,
  freeLane,
  isAway,
  isHeldUp,
  knowSymbols,
  nothingLanded,
  packBars,
  peekLane,
  type Pool,
  scopeQuestions,
  type StoredSuspicion,
  untilBack,
  waitingOf,
  type WantEnd,
} from '@freshet/store';
import { createEarningsDates } from './earnings-dates.ts';
import { itemsOf } from './plan-items.ts';
import { type UnpackedEnd, wantEnd } from './want-end.ts';

/** How long an answer waits for a Postgres that is away before its call is given up and made again. */
const LANDS_WITHIN_MS = 60_000;
/** The most refreshes that a log line names. */
const MOST_NAMED = 20;

/**
 * The heart's `RecordStore` port over the store. `loose` is a pool whose commits don't wait for the disk: it is for claims, which a crash
 * of the database may lose without harm.
 */
export function createRecord(pool: Pool, loose: Pool): RecordStore {
  const clearing = new Set<string>();
  const earnings = createEarningsDates();
  const landCall = createLander(pool);

  async function landEnds(landing: Parameters<typeof landCall>[0], signal?: AbortSignal): Promise<Landed> {
    const landed = await untilBack(() => landCall(landing), { withinMs: LANDS_WITHIN_MS, signal });
    if (landed.fencedOut === 0) earnings.written(landing.ends);
    return landed;
  }

  return {
    async beforePlan(id) {
      const { named, ...read } = await beforePlan(pool, id);
      if (read.refresh?.requestId) logAlso({ request_id: read.refresh.requestId });
      linkTrace(read.refresh?.traceparent ?? null);
      return { ...read, named: named.map(knownOf) };
    },
    waitingOf: (id) => waitingOf(pool, id),
    know: async (symbols, withBars) => (await knowSymbols(pool, symbols, withBars)).map(knownOf),
    async commitPlan(plan, first) {
      const planned = await commitPlan(pool, { ...plan, items: itemsOf(plan) }, first?.claim);
      if (!planned) return null;
      const claims = planned.claims.map(claimed);
      if (claims.length > 0) logAlso({ provider: first?.lane, refresh_ids: refreshesOf(claims) });
      return { ...planned, claims };
    },
    peek: async (lane, callId, ask) => {
      const ahead = await peekLane(loose, lane, callId, ask);
      return ahead && { ...ahead, data: ahead.data as DataKind };
    },
    async claim(lane, callId, ask) {
      // Tried again after a deadlock: a plan may be joining the same rows in another order.
      const claims = (await again(() => claimWants(loose, lane, callId, ask))).map(claimed);
      logAlso({ provider: lane, refresh_ids: refreshesOf(claims) });
      return claims;
    },
    storedCloses: (of, signal) => untilBack(() => closesAround(pool, of), { withinMs: LANDS_WITHIN_MS, signal }),
    freeCall: async (callId) => void (await freeClaims(pool, [callId])),
    freeLane: async (lane, olderMs) => void (await freeLane(pool, lane, olderMs)),
    // Not async, so that the answer can be collected while its packed ends land.
    land(landing: Landing, signal) {
      const { callId, lane: provider, calls, receivedAt } = landing;
      const refreshId = landing.settlements[0]?.refreshId ?? null;
      const ends = earnings.onlyNew(landing.settlements.map((settlement) => packed(wantEnd(settlement, landing))));
      return landEnds({ callId, provider, calls, receivedAt, ends, refreshId }, signal);
    },
    async clearParkedLane(lane, parked, elsewhere) {
      // A lane's calls are refused all at once: one of them goes through the wants on behalf of all.
      if (clearing.has(lane)) return nothingLanded();
      clearing.add(lane);
      try {
        return await clearLane(pool, lane, parked, ({ data, class: assetClass, tried, ...want }, waiting) => {
          const typed = { data: data as DataKind, class: assetClass as AssetClass, tried: tried as TriedProvider[] };
          return elsewhere({ ...want, ...typed }, waiting);
        });
      } finally {
        clearing.delete(lane);
      }
    },
    isAway: (error) => isAway(error) && !isHeldUp(error),
    failCalculations: (id, detail) => failCalculations(pool, id, detail),
    ...scopeQuestions(pool),
  };
}

const packed = ({ series, ...end }: UnpackedEnd): WantEnd => (series ? { ...end, series: packBars(series) } : end);

/** The refreshes named in a call's log lines: those that created its wants. Others may have joined since. */
function refreshesOf(claims: Claim[]): string[] | undefined {
  const ids = new Set(claims.flatMap(({ refreshId }) => refreshId ?? []));
  return ids.size > 0 ? [...ids].slice(0, MOST_NAMED) : undefined;
}

function claimed(row: ClaimedRow): Claim {
  const { symbol, fence, claims, rank, tried, freshAfter, refreshId, from, to, batchCap } = row;
  return {
    symbol: symbol as MarketSymbol,
    data: row.data as DataKind,
    class: row.class as AssetClass,
    fence,
    claims,
    rank,
    tried,
    freshAfter,
    refreshId,
    from,
    to,
    batchCap,
    asset: row.currency
      ? {
          currency: row.currency,
          calendar: row.calendar ?? 'XNYS',
          status: row.status as AssetStatus,
          volatility: row.volatility,
        }
      : null,
    stored:
      row.storedPrice && row.storedQuoteTime && row.storedFetchedAt
        ? {
            price: row.storedPrice,
            currency: row.storedCurrency ?? '',
            quoteTime: row.storedQuoteTime,
            fetchedAt: row.storedFetchedAt,
            source: row.storedSource ?? '',
            priceSince: row.storedPriceSince,
          }
        : null,
    suspect:
      row.suspectPrice && row.suspectQuoteTime
        ? {
            ...{ price: row.suspectPrice, quoteTime: row.suspectQuoteTime, source: row.storedSource ?? '' },
            ...(row.suspicion && suspicionOf(row.suspicion)),
          }
        : null,
    split: row.split,
    held: row.held && row.data === 'quote' ? heldQuote(row.held) : null,
    heldBars: row.held && row.data === 'bars' ? (row.held as HeldBars) : null,
  };
}

function suspicionOf({ check, since, seconded, told_to: toldTo }: StoredSuspicion): Partial<SuspectQuote> {
  return { check, since: since ? new Date(since) : null, seconded: seconded === true, toldTo: toldTo ?? null };
}

/** A held quote as it was before JSON, which turned its times into texts. */
function heldQuote(held: object): HeldQuote {
  const { quote, ...why } = held as HeldQuote;
  return {
    ...why,
    quote: { ...quote, quoteTime: new Date(quote.quoteTime), fetchedAt: new Date(quote.fetchedAt) },
  };
}
