import { Amount, classOfSymbol, type DecimalText, type MarketSymbol } from '@freshet/market';

/** What dividing leaves behind them says nothing: no price at hand is that of every trade. */
const DIGITS = 10;

/**
 * The coins that changed hands for so much of a pair's quote currency, by the one price that stands beside it: about as many, for they were
 * traded at many prices. For providers that count a coin's volume in money, as others count it in coins, and all count shares in shares.
 */
export function inCoins(money: DecimalText | null, price: DecimalText | null): DecimalText | null {
  if (money === null || price === null) return null;
  return new Amount(money).div(price).toSignificantDigits(DIGITS).toFixed();
}

/** The same of a provider of all classes that counts only coins in money. */
export function unitsTraded(
  symbol: MarketSymbol,
  volume: DecimalText | null,
  price: DecimalText | null,
): DecimalText | null {
  return classOfSymbol(symbol) === 'crypto' ? inCoins(volume, price) : volume;
}

/** What such a provider writes of so many units: the simulator's end of it. */
export function moneyTraded(symbol: MarketSymbol, volume: DecimalText | null, price: DecimalText): DecimalText | null {
  if (volume === null || classOfSymbol(symbol) !== 'crypto') return volume;
  return new Amount(volume).times(price).toFixed();
}
