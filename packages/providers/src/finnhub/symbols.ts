import { type MarketSymbol, classOfSymbol, pairOf } from '@freshet/market';
import { isFiat, pairSymbol, splitPair } from '../symbols/pair-symbols.ts';
import { canonicalOf, dashedClass, dottedClass } from '../symbols/spelling.ts';

/** Government money trades on Coinbase under true dollars and euros; what is quoted in a coin is asked of Binance. */
export function finnhubSymbol(symbol: MarketSymbol): string {
  const pair = pairOf(symbol);
  if (!pair) return dottedClass(symbol);
  if (classOfSymbol(symbol) === 'fx') return `OANDA:${pair.base}_${pair.quote}`;
  return isFiat(pair.quote) ? `COINBASE:${pair.base}-${pair.quote}` : `BINANCE:${pair.base}${pair.quote}`;
}

/** `EXCHANGE:BASE_QUOTE` in any of the spellings that its venues have, else a ticker with a dot for its class. */
function fromWire(wire: string): MarketSymbol {
  const [, venueName] = /^[A-Z ]+:(.+)$/i.exec(wire) ?? [];
  const parts = /^([A-Z0-9]+)[_/-]([A-Z0-9]+)$/i.exec(venueName ?? '');
  if (parts) return pairSymbol(parts[1] ?? '', parts[2] ?? '');
  const pair = venueName ? splitPair(venueName) : null;
  return pair ? pairSymbol(pair.base, pair.quote) : dashedClass(venueName ?? wire);
}

/** The canonical symbol of one of Finnhub's names. */
export function fromFinnhub(wire: string | null | undefined, asked?: MarketSymbol[]): MarketSymbol {
  return canonicalOf(wire, asked, { toWire: finnhubSymbol, fromWire });
}
