import { calendarOf } from '@freshet/calendar';
import type { Landing, Settlement } from '@freshet/refresh';
import type { AnomalyToWrite, BarRow, WantEnd } from '@freshet/store';

type ItemPart = NonNullable<WantEnd['item']>;
const plain: ItemPart = {
  state: 'updated',
  reason: null,
  detail: null,
  chain: null,
  source: null,
  nextRefreshAt: null,
};

/** A settlement in the store's terms: how the items end, what becomes of the want, what is stored. */
export function wantEnd(settlement: Settlement, landing: Landing): WantEnd {
  const { symbol, data, fence, outcome } = settlement;
  const at = { symbol, data, fence, doubts: doubtsOf(settlement) };
  switch (outcome) {
    case 'landed':
      return {
        ...at,
        item: { ...plain, source: settlement.source ?? settlement.quote?.source ?? landing.lane },
        want: { do: 'delete' },
        ...(settlement.opinion && { opinion: settlement.opinion }),
        ...(settlement.quote && { quote: { ...settlement.quote, refreshId: settlement.refreshId } }),
        ...(settlement.bars && { bars: barRows(settlement, landing), askedFrom: settlement.askedFrom ?? undefined }),
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
        bars: barRows(settlement, landing),
        askedFrom: settlement.askedFrom ?? undefined,
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
          ? { ...failed(settlement), state: 'skipped', reason: settlement.skip }
          : failed(settlement),
        want: { do: 'delete' },
        ...(settlement.park && { park: settlement.detail }),
        ...(settlement.inVainTo && { inVainTo: settlement.inVainTo }),
      };
  }
}

/** Each with what `explain` and a second look need: the quote as it came. */
function doubtsOf(settlement: Settlement): AnomalyToWrite[] {
  const quote = settlement.outcome === 'held' ? settlement.held.quote : null;
  const { symbol, refreshId } = settlement;
  return (settlement.doubts ?? []).map((doubt) => ({ ...doubt, symbol, refreshId, held: quote }));
}

function failed({ kind, detail, chain }: { kind: string; detail: string; chain: object[] }): ItemPart {
  return { ...plain, state: 'failed', reason: kind, detail, chain };
}

/** The running session's bar is provisional, until its closing auction is over: it is healed by the first reading after that. */
function barRows(settlement: Extract<Settlement, { outcome: 'landed' | 'held_bars' }>, landing: Landing): BarRow[] {
  const calendar = calendarOf(settlement.calendar ?? 'XNYS');
  const suspect = new Set(settlement.suspectSessions);
  return (settlement.bars ?? []).map((bar) => {
    const session = calendar.session(bar.session);
    return {
      symbol: settlement.symbol,
      session: bar.session,
      open: bar.open,
      high: bar.high,
      low: bar.low,
      close: bar.close,
      volume: bar.volume,
      splitRatio: bar.splitRatio ?? null,
      dividend: bar.dividend ?? null,
      currency: bar.currency ?? null,
      source: landing.lane,
      quality: suspect.has(bar.session) ? 'suspect' : 'good',
      provisional: session !== null && session.finalAt > landing.receivedAt,
      fetchedAt: landing.receivedAt,
      refreshId: settlement.refreshId,
    };
  });
}
