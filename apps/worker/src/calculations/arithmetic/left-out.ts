import { type Excluded, REASONS } from '@freshet/finance';
import type { MarketData } from './market-data.ts';
import type { OnAxis } from './on-axis.ts';
import { hasRate } from './strategy-prices.ts';

/** A sentence names at most this many; the rest are counted. */
const MOST_NAMED = 10;

/** The symbols a run couldn't choose, and why. A missing rate into the strategy's currency is told apart from missing closes. */
export function leftOutOf(excluded: readonly Excluded[], data: MarketData, on: OnAxis): Excluded[] {
  return excluded.map(({ symbol, reason }) => {
    const noRate = reason === 'no_price' && on.closes(symbol) !== null && !hasRate(symbol, data, on);
    return { symbol, reason: noRate ? 'no_fx_rate' : reason };
  });
}

/** For people: `X (there is no price), Y (…)`. */
export function inWords(leftOut: readonly Excluded[]): string {
  const named = leftOut.slice(0, MOST_NAMED).map(({ symbol, reason }) => `${symbol} (${REASONS[reason]})`);
  const more = leftOut.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
