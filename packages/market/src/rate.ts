import { COIN_CURRENCIES, type MarketSymbol, pairOf } from './symbol.ts';

/** What each coin that prices are told in is worth in dollars: `USDT-USD`. */
export const COIN_RATES: readonly MarketSymbol[] = COIN_CURRENCIES.map((coin) => `${coin}-USD`);

const COINS = new Set<string>(COIN_CURRENCIES);
const RATES_OF_COINS = new Set(COIN_RATES);

/** Whether a currency is a coin, so that no FX pair has it. */
export function isCoinCurrency(currency: string): boolean {
  return COINS.has(currency);
}

/**
 * The currencies that an asset's price turns into each other: an FX pair's, or a coin's and dollars. Null for everything else. Of pairs of
 * coins it is only those in dollars, which whoever values asks for: another that somebody asked for once may be old by now. So may be a coin
 * that was asked for as if it were FX (`BTCUSD=X`).
 */
export function rateOf({ symbol, class: assetClass }: { symbol: MarketSymbol; class: string }): {
  base: string;
  quote: string;
} | null {
  if (RATES_OF_COINS.has(symbol)) return pairOf(symbol);
  const pair = assetClass === 'fx' ? pairOf(symbol) : null;
  return pair && !isCoinCurrency(pair.base) && !isCoinCurrency(pair.quote) ? pair : null;
}
