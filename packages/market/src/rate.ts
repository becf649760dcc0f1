import { COIN_CURRENCIES, type MarketSymbol, pairOf } from './symbol.ts';

/** The symbols of the dollar rates of coins that other prices are quoted in: `USDT-USD`. */
export const COIN_RATES: readonly MarketSymbol[] = COIN_CURRENCIES.map((coin) => `${coin}-USD`);

const COINS = new Set<string>(COIN_CURRENCIES);
const RATES_OF_COINS = new Set(COIN_RATES);

/** True for a currency that is a coin: there is no FX pair for it. */
export function isCoinCurrency(currency: string): boolean {
  return COINS.has(currency);
}

/**
 * The two currencies that an asset's price converts between: those of an FX pair, or a coin and the dollar. Null for
 * everything else. Other crypto pairs don't count, and neither does a coin spelled as FX (`BTCUSD=X`): valuation never
 * refreshes them, so a stored one may be old.
 */
export function rateOf({ symbol, class: assetClass }: { symbol: MarketSymbol; class: string }): {
  base: string;
  quote: string;
} | null {
  if (RATES_OF_COINS.has(symbol)) return pairOf(symbol);
  const pair = assetClass === 'fx' ? pairOf(symbol) : null;
  return pair && !isCoinCurrency(pair.base) && !isCoinCurrency(pair.quote) ? pair : null;
}
