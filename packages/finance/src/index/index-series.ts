import type { MarketSymbol, SessionDate } from '@freshet/market';
import type { PriceTable } from '../estimates/price-table.ts';
import { type IndexState, type LeftOutOfIndex, advanceIndex, rebalanceIndex, startIndex } from './index-level.ts';

/** Weights that take effect at a session's close. */
export interface IndexWeights {
  session: SessionDate;
  weights: ReadonlyMap<MarketSymbol, number>;
}

export interface IndexSeries {
  /** From the first rebalancing with a price on. */
  sessions: SessionDate[];
  levels: Float64Array;
  /** Null when no rebalancing ever found a price. */
  state: IndexState | null;
  leftOut: (LeftOutOfIndex & { session: SessionDate })[];
}

/**
 * The whole history of an index from closes and rebalancings, the same as advancing it session by session. A rebalancing
 * on a day without a session takes effect at the next one.
 */
export function indexSeries(table: PriceTable, rebalancings: readonly IndexWeights[], level?: number): IndexSeries {
  const ordered = [...rebalancings].sort((a, b) => (a.session < b.session ? -1 : a.session > b.session ? 1 : 0));
  const sessions: SessionDate[] = [];
  const levels: number[] = [];
  const leftOut: IndexSeries['leftOut'] = [];
  let state: IndexState | null = null;
  let next = 0;
  table.sessions.forEach((session, t) => {
    const closes = new Map(table.symbols.map((symbol, at) => [symbol, table.prices[at]![t]!]));
    if (state) state = advanceIndex(state, session, closes);
    let due: IndexWeights | null = null;
    while (next < ordered.length && ordered[next]!.session <= session) due = ordered[next++]!;
    if (due) {
      const outcome: ReturnType<typeof startIndex> = state
        ? rebalanceIndex(state, due.weights, closes)
        : startIndex(session, due.weights, closes, level);
      leftOut.push(...outcome.leftOut.map((each) => ({ ...each, session })));
      state = outcome.state ?? state;
    }
    if (!state) return;
    sessions.push(session);
    levels.push(state.level);
  });
  return { sessions, levels: Float64Array.from(levels), state, leftOut };
}
