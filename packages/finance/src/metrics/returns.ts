import type { SessionDate } from '@freshet/market';
import type { ReturnSeries } from './return-series.ts';
import { sessionsFrom } from './sessions.ts';
import { type CalendarUnit, calendarPeriod } from './calendar-period.ts';

/**
 * Simple returns of prices: p[t] / p[last with a price] − 1, one fewer than there are prices. A price that is missing
 * or not positive is a gap (NaN), and so is a change that no number can hold; the return after a gap spans it, so that returns
 * still compound to the whole change.
 */
export function simpleReturns(prices: Float64Array | readonly number[]): Float64Array {
  const result = new Float64Array(Math.max(0, prices.length - 1)).fill(Number.NaN);
  let last = Number.NaN;
  for (let i = 0; i < prices.length; i++) {
    const price = prices[i]!;
    if (!(price > 0 && price < Infinity)) continue;
    const change = price / last - 1;
    if (i > 0 && change < Infinity) result[i - 1] = change;
    last = price;
  }
  return result;
}

/** The price series' returns with their sessions. */
export function returnsOfPrices(sessions: readonly SessionDate[], prices: Float64Array): ReturnSeries {
  return { base: sessions[0] ?? null, sessions: sessionsFrom(sessions, 1), returns: simpleReturns(prices) };
}

/** Returns compounded by ISO week, month, quarter or year, in the order of time; gaps stand still. */
export function aggregateReturns(
  { sessions, returns }: ReturnSeries,
  by: CalendarUnit,
): { name: string; value: number }[] {
  const groups = new Map<string, number>();
  for (let i = 0; i < sessions.length; i++) {
    const value = returns[i]!;
    const name = calendarPeriod(sessions[i]!, by);
    groups.set(name, (groups.get(name) ?? 1) * (value === value ? 1 + value : 1));
  }
  return Array.from(groups, ([name, product]) => ({ name, value: product - 1 }));
}
