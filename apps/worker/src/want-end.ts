import { type Calendar, calendarOf } from '@freshet/calendar';
import type { Bar, SessionDate } from '@freshet/market';
import type { Landing, Settlement } from '@freshet/refresh';
import type { AnomalyToWrite, BarsRow, WantEnd } from '@freshet/store';

export type UnpackedEnd = WantEnd<BarsRow>;

type ItemPart = NonNullable<WantEnd['item']>;
const plain: ItemPart = {
  state: 'updated',
  reason: null,
  detail: null,
  chain: null,
  source: null,
  nextRefreshAt: null,
};

/** Translates a settlement into the store's terms: how the items end, what becomes of the want, what is stored. */
export function wantEnd(settlement: Settlement, landing: Landing): UnpackedEnd {
  const { symbol, data, fence, outcome } = settlement;
  const { tellsTo } = settlement;
  const at = { symbol, data, fence, doubts: doubtsOf(settlement), ...(tellsTo && { tellsTo }) };
  switch (outcome) {
    case 'landed':
      return {
        ...at,
        item: { ...plain, source: settlement.source ?? settlement.quote?.source ?? landing.lane },
        want: { do: 'delete' },
        ...(settlement.opinion && { opinion: settlement.opinion }),
        ...(settlement.quote && { quote: { ...settlement.quote, refreshId: settlement.refreshId } }),
        ...(settlement.bars && { series: barsRow(settlement, landing) }),
        ...(settlement.earnings && { earningsOn: settlement.earnings.date }),
      };
    case 'already_fresh':
      return {
        ...at,
        item: { ...plain, source: settlement.source, answeredAt: settlement.fetchedAt },
        want: { do: 'delete' },
      };
    case 'held':
      return { ...at, want: { do: 'move', lane: settlement.lane, because: settlement.because, held: settlement.held } };
    case 'held_bars':
      return {
        ...at,
        series: barsRow(settlement, landing),
        want: { do: 'move', lane: settlement.lane, because: settlement.because, held: settlement.heldBars },
      };
    case 'passed_on':
      return { ...at, want: { do: 'move', lane: settlement.lane, because: settlement.because } };
    case 'released':
      return { ...at, want: { do: 'release', batchCap: settlement.batchCap } };
    case 'kept':
      return { ...at, want: { do: 'keep' } };
    case 'rested':
      return { ...at, item: failed(settlement), want: { do: 'rest' } };
    case 'given_up':
      return {
        ...at,
        item: settlement.skip
          ? {
              ...failed(settlement),
              state: 'skipped',
              reason: settlement.skip,
              ...sinceAnswer(settlement.skip, landing),
            }
          : failed(settlement),
        want: { do: 'delete' },
        ...(settlement.park && { park: settlement.detail }),
        ...(settlement.inVainTo && { inVainTo: settlement.inVainTo }),
      };
  }
}

/** The doubts as anomalies, each with the held quote, which `explain` shows. */
function doubtsOf(settlement: Settlement): AnomalyToWrite[] {
  const quote = settlement.outcome === 'held' ? settlement.held.quote : null;
  const { symbol, refreshId } = settlement;
  return (settlement.doubts ?? []).map((doubt) => ({ ...doubt, symbol, refreshId, held: quote }));
}

function failed({ kind, detail, chain }: { kind: string; detail: string; chain: object[] }): ItemPart {
  return { ...plain, state: 'failed', reason: kind, detail, chain };
}

/** That nothing newer exists was true when the answer came: refreshes that want a later answer go on waiting. */
function sinceAnswer(skip: string, { receivedAt }: Landing): { answeredAt?: Date } {
  return skip === 'fresh' ? { answeredAt: receivedAt } : {};
}

/** The bars to store. The bar of the running session is provisional until its last trades are in; the first reading after that replaces it. */
function barsRow(settlement: Extract<Settlement, { outcome: 'landed' | 'held_bars' }>, landing: Landing): BarsRow {
  const { symbol, bars = [], suspectSessions, refreshId } = settlement;
  return {
    symbol,
    source: landing.lane,
    currency: bars[0]?.currency ?? null,
    fetchedAt: landing.receivedAt,
    refreshId,
    askedFrom: settlement.askedFrom ?? null,
    bars,
    provisional: provisionalOf(bars, calendarOf(settlement.calendar ?? 'XNYS'), landing.receivedAt),
    suspect: new Set(suspectSessions),
  };
}

/** Only sessions of the last few days can still be open; older ones aren't looked up. */
const DAYS_IN_QUESTION = 4;
const DAY_MS = 86_400_000;
/** Providers are up to 15 min late: bars read sooner than that after a session's end may lack its last trades. */
const TOLD_AFTER_MS = 15 * 60_000;

function provisionalOf(bars: readonly Bar[], calendar: Calendar, at: Date): Set<SessionDate> {
  const from = new Date(at.getTime() - DAYS_IN_QUESTION * DAY_MS).toISOString().slice(0, 10);
  const told = at.getTime() - TOLD_AFTER_MS;
  const open = bars.filter(
    ({ session }) => session >= from && (calendar.session(session)?.finalAt.getTime() ?? told) > told,
  );
  return new Set(open.map(({ session }) => session));
}
