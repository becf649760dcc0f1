import { type MarketSymbol, pairOf } from '@freshet/market';
import { isFiat, pairSymbol, splitPair } from '../symbols/pair-symbols.ts';
import { canonicalOf, dashedClass, dottedClass } from '../symbols/spelling.ts';

/** Their names of the indices that people ask for; others are the name behind `^`. */
const INDICES: Record<string, string> = {
  '^GSPC': 'SPX',
  '^IXIC': 'COMP',
  '^RUT': 'RUT',
  '^VIX': 'VIX',
  '^DJI': 'DJI',
  '^NDX': 'NDX',
};

/** `BRK.B`, `X:BTCUSD`, `C:EURUSD`, `I:SPX`. */
export function polygonSymbol(symbol: MarketSymbol): string {
  const pair = pairOf(symbol);
  if (pair) return `${isFiat(pair.base) && isFiat(pair.quote) ? 'C' : 'X'}:${pair.base}${pair.quote}`;
  if (symbol.startsWith('^')) return `I:${INDICES[symbol] ?? symbol.slice(1)}`;
  return dottedClass(symbol);
}

export function indexSymbol(name: string): MarketSymbol {
  const upper = name.toUpperCase();
  return Object.keys(INDICES).find((canonical) => INDICES[canonical] === upper) ?? `^${upper}`;
}

/** The canonical symbol of one of their tickers; an option's is its OCC name. Pairs are written `X:BTCUSD`, `BTC-USD` or `AUD/USD` by endpoint. */
export function fromPolygon(wire: string | null | undefined, asked?: MarketSymbol[]): MarketSymbol {
  return canonicalOf(wire, asked, {
    toWire: polygonSymbol,
    fromWire: (text) => {
      const [prefix, name] = /^([XCIO]):(.+)$/.exec(text)?.slice(1) ?? [null, text];
      if (prefix === 'O') return name ?? '';
      if (prefix === 'I') return indexSymbol(name ?? '');
      const [base, quote] = (name ?? '').split(/[-/]/);
      if (base && quote && (prefix || quote.length >= 3)) return pairSymbol(base, quote);
      const pair = prefix ? splitPair(name ?? '') : null;
      if (pair) return pairSymbol(pair.base, pair.quote);
      // `TpC` is a preferred share of T, and not the common one of `TPC`.
      const preferred = /^([A-Z]+)p([A-Z]*)$/.exec(name ?? text);
      return preferred ? `${preferred[1]}-P${preferred[2]}` : dashedClass(name ?? text);
    },
  });
}
