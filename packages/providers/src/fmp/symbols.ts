import { type MarketSymbol, classOfSymbol, pairOf } from '@freshet/market';
import { listedUnit, type PriceUnit, priceUnit } from '../wire/minor-units.ts';
import { pairSymbol, splitPair } from '../symbols/pair-symbols.ts';
import { canonicalOf } from '../symbols/spelling.ts';

/** Futures are named after the good and its currency. */
const FUTURES: Record<string, string> = {
  'GC=F': 'GCUSD',
  'SI=F': 'SIUSD',
  'PL=F': 'PLUSD',
  'PA=F': 'PAUSD',
  'HG=F': 'HGUSD',
  'CL=F': 'CLUSD',
  'BZ=F': 'BZUSD',
  'NG=F': 'NGUSD',
  'RB=F': 'RBUSD',
  'HO=F': 'HOUSD',
  'ES=F': 'ESUSD',
  'NQ=F': 'NQUSD',
  'ZC=F': 'ZCUSX',
  'ZS=F': 'ZSUSX',
  'KE=F': 'KEUSX',
};
const FUTURE_NAMES = new Map(Object.entries(FUTURES).map(([canonical, own]) => [own, canonical]));

/** Pairs lose their separator; tickers, `BRK-B`, `^GSPC` and `VOD.L` among them, are as they are. */
export function fmpSymbol(symbol: MarketSymbol): string {
  const pair = pairOf(symbol);
  return pair ? `${pair.base}${pair.quote}` : (FUTURES[symbol] ?? symbol);
}

/** The canonical symbol of one of FMP's names; six letters and more that end in a currency are a pair. */
export function fromFmp(wire: string | null | undefined, asked?: MarketSymbol[]): MarketSymbol {
  return canonicalOf(wire, asked, {
    toWire: fmpSymbol,
    fromWire: (name) => {
      const upper = name.toUpperCase().replace('/', '');
      const pair = /^[A-Z0-9]{6,}$/.test(upper) ? splitPair(upper) : null;
      return FUTURE_NAMES.get(upper) ?? (pair ? pairSymbol(pair.base, pair.quote) : upper);
    },
  });
}

/** The unit of its prices, which FMP doesn't name: grains are in US cents by their name (`ZCUSX`), others as their exchange quotes them. */
export function unitOf(symbol: MarketSymbol): PriceUnit {
  return fmpSymbol(symbol).endsWith('USX') ? priceUnit('USX') : listedUnit(symbol);
}

/** True for what FMP can be asked for: a future only where its name is known, no ticker that is the name of something else there (`EURJPY`). */
export function isInFmp(symbol: MarketSymbol): boolean {
  if (classOfSymbol(symbol) === 'commodity') return symbol in FUTURES;
  return pairOf(symbol) !== null || fromFmp(symbol) === symbol;
}
