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
