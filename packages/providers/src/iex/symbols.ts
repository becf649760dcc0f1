import { type MarketSymbol, pairOf } from '@freshet/market';
import { pairSymbol, splitPair } from '../symbols/pair-symbols.ts';
import { canonicalOf, dashedClass, dottedClass } from '../symbols/spelling.ts';

/** `BRK.B`, and pairs without a separator: `BTCUSD`, `EURUSD`. */
export function iexSymbol(symbol: MarketSymbol): string {
  const pair = pairOf(symbol);
  return pair ? `${pair.base}${pair.quote}` : dottedClass(symbol);
}

/** The canonical symbol of one of IEX's names; below `/crypto` and `/fx` every name is a pair. */
export function fromIex(
  wire: string | null | undefined,
  asked: MarketSymbol[] | undefined,
  isPair: boolean,
): MarketSymbol {
  return canonicalOf(wire, asked, {
    toWire: iexSymbol,
    fromWire: (name) => {
      const pair = isPair ? splitPair(name) : null;
      return pair ? pairSymbol(pair.base, pair.quote) : dashedClass(name);
    },
  });
}
