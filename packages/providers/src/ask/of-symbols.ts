import type { MarketSymbol } from '@freshet/market';
import type { Reading } from '../provider.ts';

/**
 * The reading without the rows and errors of symbols that nobody asked for. Adapters read whatever stands in an answer,
 * and what a wrong answer holds of others must reach nobody. Errors of the whole call stay.
 */
export function ofSymbols<Read extends Reading>(read: Read, symbols: readonly MarketSymbol[]): Read {
  const asked = new Set<MarketSymbol | null>([null, ...symbols]);
  const theirs = <Told extends { symbol: MarketSymbol | null }>(told: Told[]): Told[] =>
    told.every(({ symbol }) => asked.has(symbol)) ? told : told.filter(({ symbol }) => asked.has(symbol));
  return {
    ...read,
    quotes: theirs(read.quotes),
    bars: theirs(read.bars),
    earnings: theirs(read.earnings),
    errors: theirs(read.errors),
  };
}
