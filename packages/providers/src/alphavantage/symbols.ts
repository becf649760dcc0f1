import { type MarketSymbol, isMarketSymbol } from '@freshet/market';
import { canonicalOf } from '../symbols/spelling.ts';

/** The suffixes that Alpha Vantage spells in its own way; others are as everywhere (`SOLB.BR`). */
const SUFFIXES: [canonical: string, own: string][] = [
  ['L', 'LON'],
  ['TO', 'TRT'],
  ['V', 'TRV'],
  ['DE', 'DEX'],
  ['F', 'FRK'],
  ['PA', 'PAR'],
  ['AS', 'AMS'],
  ['SS', 'SHH'],
  ['SZ', 'SHZ'],
  ['HK', 'HKG'],
  ['BO', 'BSE'],
  ['SA', 'SAO'],
];

function respelled(symbol: string, from: 0 | 1, to: 0 | 1): string {
  const dot = symbol.lastIndexOf('.');
  const suffix = SUFFIXES.find((pair) => pair[from] === symbol.slice(dot + 1));
  return dot > 0 && suffix ? `${symbol.slice(0, dot)}.${suffix[to]}` : symbol;
}

/** `VOD.L` → `VOD.LON`; American names, `BRK-B` among them, are the same. */
export function alphaVantageSymbol(symbol: MarketSymbol): string {
  return respelled(symbol, 0, 1);
}

/** The canonical symbol of one of Alpha Vantage's names. */
export function fromAlphaVantage(wire: string | null | undefined, asked?: MarketSymbol[]): MarketSymbol {
  return canonicalOf(wire, asked, {
    toWire: alphaVantageSymbol,
    fromWire: (name) => {
      const upper = respelled(name.toUpperCase(), 1, 0);
      return isMarketSymbol(upper) ? upper : name;
    },
  });
}
