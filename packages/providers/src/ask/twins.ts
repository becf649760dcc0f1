import type { MarketSymbol } from '@freshet/market';
import { pairOf } from '@freshet/market';
import { isFiat, pairSymbol } from '../symbols/pair-symbols.ts';
import type { Provider, Reading } from '../provider.ts';

/** The symbols to ask for, each with all symbols of its market: `BTC-USD` and `BTC-USDT` are one market at Binance. */
export type Twins = ReadonlyMap<MarketSymbol, readonly MarketSymbol[]>;

/**
 * Groups symbols by market, so that each market is asked for once. Providers refuse a call that names a market twice,
 * or answer for one of the names only.
 */
export function twinsOf(symbols: readonly MarketSymbol[], { marketName }: Pick<Provider, 'marketName'>): Twins {
  const firsts = new Map<string, MarketSymbol>();
  const twins = new Map<MarketSymbol, MarketSymbol[]>();
  for (const symbol of symbols) {
    const name = marketName?.(symbol) ?? ownName(symbol);
    const first = firsts.get(name);
    if (first === undefined) {
      firsts.set(name, symbol);
      twins.set(symbol, []);
    } else if (first !== symbol) twins.get(first)?.push(symbol);
  }
  return twins;
}

/** `JPY=X` and `USDJPY=X` are the same market at every provider. */
function ownName(symbol: MarketSymbol): string {
  const pair = symbol.endsWith('=X') ? pairOf(symbol) : null;
  return pair && isFiat(pair.base) && isFiat(pair.quote) ? pairSymbol(pair.base, pair.quote) : symbol;
}

/** The reading with every row and error repeated for the symbol's twins. */
export function toldOfTwins<Read extends Reading>(read: Read, twins: Twins): Read {
  if ([...twins.values()].every((others) => others.length === 0)) return read;
  const each = <Told extends { symbol: MarketSymbol | null }>(told: readonly Told[]): Told[] =>
    told.flatMap((one) => [
      one,
      ...(one.symbol === null ? [] : (twins.get(one.symbol) ?? []).map((symbol) => ({ ...one, symbol }))),
    ]);
  return {
    ...read,
    quotes: each(read.quotes),
    bars: each(read.bars),
    earnings: each(read.earnings),
    errors: each(read.errors),
  };
}
