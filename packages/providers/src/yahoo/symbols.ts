import { isMarketSymbol, type MarketSymbol, pairOf } from '@freshet/market';
import { listedUnit } from '../wire/minor-units.ts';

/** The canonical form of a symbol that Yahoo wrote, or null when it isn't one. Freshet's canonical form is Yahoo's own. */
export function fromYahoo(wire: string): MarketSymbol | null {
  const symbol = wire.trim().toUpperCase();
  return isMarketSymbol(symbol) ? symbol : null;
}

/**
 * The symbol under which an answer was asked for. Yahoo answers `USDJPY=X` as `JPY=X`, so a currency pair is
 * recognised by what it means and not by its letters.
 */
export function askedAs(wire: string, asked: readonly MarketSymbol[] | undefined): MarketSymbol | null {
  const symbol = fromYahoo(wire);
  if (!symbol || !asked || asked.includes(symbol) || !symbol.endsWith('=X')) return symbol;
  const pair = pairOf(symbol);
  const same = asked.find((one) => {
    const other = one.endsWith('=X') ? pairOf(one) : null;
    return other !== null && other.base === pair?.base && other.quote === pair?.quote;
  });
  return same ?? symbol;
}

/**
 * Coins whose own name Yahoo gave to another coin first, or may have: theirs carry a number there (`UNI7083-USD` is Uniswap, `UNI-USD`
 * isn't). Asked by the plain name it would answer with a good price of something else, and others serve them all: so where in doubt it
 * isn't asked.
 */
const GIVEN_TO_OTHERS = new Set(
  (
    'ALPHA APE APT ARB BEAM COMP CORE DYDX EIGEN ENA GNS GRT HOT HYPE IMX JOE JTO JUP KAIA KNC LUNA LUNC MAGIC MASK MNT MOVE ONE PENGU ' +
    'PEPE POL PYUSD RON S SEI SKY SPELL STG STRK STX SUI TAO TIA TON TRUMP UNI USDE UST VIRTUAL W ZBT ZK ZRO'
  ).split(' '),
);

/** True where Yahoo means by a symbol what everybody means. */
export function isSameThere(symbol: MarketSymbol): boolean {
  const pair = symbol.endsWith('=X') ? null : pairOf(symbol);
  return pair === null || !GIVEN_TO_OTHERS.has(pair.base);
}

/**
 * The currency of a symbol whose answer doesn't say: a pair names it, a symbol without suffix trades in the US, an exchange or an index whose
 * prices need no guessing in its own. Null where more than one is possible (London quotes in pence, pounds and dollars).
 */
export function impliedCurrency(symbol: MarketSymbol): string | null {
  const { currency, convertedBy } = listedUnit(symbol);
  return convertedBy?.assumed ? null : currency;
}
