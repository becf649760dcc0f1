import type { MarketSymbol, SessionDate } from '@freshet/market';
import type { ReturnSeries } from '../metrics/return-series.ts';
import { sessionsFrom } from '../metrics/sessions.ts';

/** A change of what is held, taking effect at its session's close. */
export interface QuantityChange {
  /** Index of the session. */
  at: number;
  /** Units held from then on, on the basis of the prices. A total, because summed differences would leave a rounding residue after a sale. */
  units: number;
}

/** One symbol of the portfolio over all sessions. */
export interface HeldSeries {
  symbol: MarketSymbol;
  /** Closes adjusted for splits, in the asset's currency; NaN where there is none. One per session. */
  prices: Float64Array;
  /** Rates into the portfolio's currency, one per session; null when the currencies are the same. NaN where there is none. */
  fx: Float64Array | null;
  /** Units held before the first session. */
  units: number;
  /** Ascending. */
  changes: readonly QuantityChange[];
  /** Cash paid per unit with each session as ex-date, on the basis of the prices; null without dividends. */
  dividends?: Float64Array | null;
}

export interface ValueSeries extends ReturnSeries {
  /** Value at each session's close, in the portfolio's currency; one more than there are returns. */
  values: Float64Array;
  valueSessions: readonly SessionDate[];
  /** What came in (out: negative) by changes of holdings, per value. */
  flows: Float64Array;
  /** Symbols that had no price or no rate on any session, and count for nothing. */
  unpriced: MarketSymbol[];
}

/**
 * The portfolio's value at each close, and its time-weighted returns with changes of holdings as flows (Global Investment
 * Performance Standards: each sub-period's return is free of the flow that ends it):
 *
 *   r[t] = (V[t] + dividends[t] − F[t]) / V[t−1] − 1,   F[t] = Σ units changed at t × price[t] × rate[t]
 *
 * V[t] − F[t] is the value at t of what was held before. It is summed directly: as a difference of two large amounts, a small
 * one would be lost in rounding.
 *
 * A missing price or rate is carried forward from the last one. Before its first price a holding counts for nothing, and
 * when that price comes it enters as a flow, not as a gain. A session after a value of nothing has no return (NaN).
 */
export function valueSeries(sessions: readonly SessionDate[], held: readonly HeldSeries[]): ValueSeries {
  const count = sessions.length;
  const values = new Float64Array(count);
  const flows = new Float64Array(count);
  const kept = new Float64Array(count);
  const unpriced: MarketSymbol[] = [];
  for (const each of held) if (!addHolding(each, count, values, flows, kept)) unpriced.push(each.symbol);
  const returns = new Float64Array(Math.max(0, count - 1));
  for (let t = 1; t < count; t++) {
    const before = values[t - 1]!;
    returns[t - 1] = before > 0 ? kept[t]! / before - 1 : Number.NaN;
  }
  return {
    base: sessions[0] ?? null,
    sessions: sessionsFrom(sessions, 1),
    returns,
    values,
    valueSessions: sessions,
    flows,
    unpriced,
  };
}

/** Adds one holding to the portfolio's arrays: `kept` is what was held before each session's changes, dividends included. False when it never had a price. */
function addHolding(
  { prices, fx, units, changes, dividends }: HeldSeries,
  count: number,
  values: Float64Array,
  flows: Float64Array,
  kept: Float64Array,
): boolean {
  let held = units;
  let price = Number.NaN;
  let rate = fx ? Number.NaN : 1;
  let next = 0;
  let worth = Number.NaN;
  for (let t = 0; t < count; t++) {
    // Most sessions of most holdings bring nothing but a price: they run in a loop of their own.
    const until = fx || dividends || worth !== worth ? t : Math.min(count, changes[next]?.at ?? count);
    for (; t < until; t++) {
      const close = prices[t]!;
      if (close > 0 && close < Infinity) worth = close;
      const now = held * worth;
      values[t] = values[t]! + now;
      kept[t] = kept[t]! + now;
    }
    if (t >= count) break;
    if (!fx && worth === worth) price = worth;
    const close = prices[t]!;
    if (close > 0 && close < Infinity) price = close;
    if (fx && fx[t]! > 0 && fx[t]! < Infinity) rate = fx[t]!;
    const entering = worth !== worth;
    const before = held;
    while (next < changes.length && changes[next]!.at <= t) held = changes[next++]!.units;
    const now = price * rate;
    if (now !== now) continue;
    worth = now;
    values[t] = values[t]! + held * now;
    flows[t] = flows[t]! + (entering ? held : held - before) * now;
    if (entering) continue;
    const paid = dividends?.[t] ?? 0;
    kept[t] = kept[t]! + before * (paid > 0 ? now + paid * rate : now);
  }
  return worth === worth;
}
