import { type MarketSymbol, pairOf } from '@freshet/market';
import type { MarketView } from '../provider.ts';

/** The other name of a pair with the dollar first: `JPY=X` and `USDJPY=X` are one; null for everything else. */
function otherName(symbol: MarketSymbol): MarketSymbol | null {
  const pair = symbol.endsWith('=X') ? pairOf(symbol) : null;
  if (pair?.base !== 'USD') return null;
  return symbol.length === 8 ? `${pair.quote}=X` : `USD${pair.quote}=X`;
}

/**
 * The same market, which answers to either name of a dollar pair: providers write both as `USD/JPY`, so that their
 * simulated end can't tell which of the two was asked.
 */
export function withAliases(market: MarketView): MarketView {
  const known = (symbol: MarketSymbol): MarketSymbol => {
    const other = otherName(symbol);
    return other && !market.quote(symbol) ? other : symbol;
  };
  return {
    now: market.now,
    quote: (symbol) => market.quote(known(symbol)),
    bars: (symbol, from, to) => market.bars(known(symbol), from, to),
    earnings: (symbol) => market.earnings(symbol),
    symbols: () => market.symbols(),
  };
}
