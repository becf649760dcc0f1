import type { MarketSymbol, SessionDate } from '@freshet/market';
import { simpleReturns } from '../metrics/returns.ts';

/** Adjusted closes of several symbols over the same sessions; NaN where one has none. */
export interface PriceTable {
  sessions: readonly SessionDate[];
  symbols: readonly MarketSymbol[];
  /** One array per symbol, one price per session. */
  prices: readonly Float64Array[];
}

/** Simple returns of several symbols over the same periods; NaN where one has none. */
export interface ReturnTable {
  /** The session at whose close each period ends. */
  sessions: readonly SessionDate[];
  symbols: readonly MarketSymbol[];
  returns: readonly Float64Array[];
}

/** Returns of every symbol, without the periods in which none has one. */
export function returnTable({ sessions, symbols, prices }: PriceTable): ReturnTable {
  const all = prices.map((each) => simpleReturns(each));
  const ends = sessions.slice(1);
  const kept: number[] = [];
  for (let t = 0; t < ends.length; t++) if (all.some((returns) => returns[t] === returns[t])) kept.push(t);
  if (kept.length === ends.length) return { sessions: ends, symbols, returns: all };
  return {
    sessions: kept.map((t) => ends[t]!),
    symbols,
    returns: all.map((returns) => Float64Array.from(kept, (t) => returns[t]!)),
  };
}

/** The same table with only the named columns. */
export function pick(table: ReturnTable, columns: readonly number[]): ReturnTable {
  return {
    sessions: table.sessions,
    symbols: columns.map((at) => table.symbols[at]!),
    returns: columns.map((at) => table.returns[at]!),
  };
}
