import { isMarketSymbol, type MarketSymbol, pairOf } from '@freshet/market';
import { coinId, tickerOfCoin } from './coin-ids.ts';

/** A pair in CoinGecko's words: the coin's id, and the currency in lower case. */
export interface CoinPair {
  id: string;
  versus: string;
}

/** `BTC-USD` → `bitcoin` in `usd`; null for what isn't a pair of a coin in the list. */
export function coinPair(symbol: MarketSymbol): CoinPair | null {
  const pair = symbol.endsWith('=X') ? null : pairOf(symbol);
  const id = pair ? coinId(pair.base) : undefined;
  return pair && id ? { id, versus: pair.quote.toLowerCase() } : null;
}

/** What CoinGecko tells prices in (`/simple/supported_vs_currencies`): dollars, and no coin that stands for one. */
const VERSUS = new Set(
  (
    'btc eth ltc bch bnb eos xrp xlm link dot yfi sol usd aed ars aud bdt bhd bmd brl cad chf clp cny czk dkk eur gbp gel hkd huf ' +
    'idr ils inr jpy krw kwd lkr mmk mxn myr ngn nok nzd php pkr pln rub sar sek sgd thb try twd uah vef vnd zar xdr xag xau bits sats'
  ).split(' '),
);

/** True for a pair whose coin is in the list and whose currency is known there: any other fails the whole call. */
export function isInCoingecko(symbol: MarketSymbol): boolean {
  const pair = coinPair(symbol);
  return pair !== null && isCurrencyThere(pair.versus);
}

export const isCurrencyThere = (versus: string): boolean => VERSUS.has(versus);

/**
 * The symbol of a coin in a currency. A coin that isn't in the list is named by its id (`SOME-COIN-USD`), never by the
 * ticker that it gave itself: others have the same.
 */
export function symbolOf(id: string, versus: string): MarketSymbol | null {
  if (!/^[a-z0-9]/.test(id)) return null;
  const base = tickerOfCoin(id) ?? id.toUpperCase().replace(/[^A-Z0-9.-]+/g, '-');
  const symbol = `${base}-${versus.toUpperCase()}`;
  return isMarketSymbol(symbol) ? symbol : null;
}
