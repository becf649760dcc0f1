import type { MarketSymbol } from '@freshet/market';
import { canonicalOf } from '../symbols/spelling.ts';

/** Finviz writes tickers as we do, `BRK-B` among them. */
export function finvizSymbol(symbol: MarketSymbol): string {
  return symbol;
}

export function fromFinviz(wire: string | null | undefined, asked?: MarketSymbol[]): MarketSymbol {
  return canonicalOf(wire, asked, { toWire: finvizSymbol, fromWire: (name) => name.toUpperCase().replace('.', '-') });
}
