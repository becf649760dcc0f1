import type { SessionDate } from './bar.ts';
import type { Conversion } from './converted.ts';
import type { DecimalText } from './decimal.ts';
import type { MarketSymbol } from './symbol.ts';

/** One price of one symbol at one moment, in the common model. Amounts in major units of `currency`. */
export interface Quote {
  symbol: MarketSymbol;
  price: DecimalText;
  open: DecimalText | null;
  high: DecimalText | null;
  low: DecimalText | null;
  previousClose: DecimalText | null;
  /**
   * Units traded in the session so far (crypto: rolling 24 h), as the provider counts them: of coins, Yahoo and CoinGecko count what was paid
   * for them, Binance and CryptoCompare the coins.
   */
  volume: DecimalText | null;
  marketCap: DecimalText | null;
  /** ISO 4217 code, or a coin's code for crosses. */
  currency: string;
  /** The provider's own time of the price; never the time of fetching. */
  quoteTime: Date;
  /** Where the provider tells the session's date and no time of day: that date. `quoteTime` is then a guess by the usual hours. */
  session?: SessionDate;
  /** How late the provider says its prices are, in seconds. */
  delayS: number;
  /** Set when a price in another unit was converted: `GBp` → 0.01, `USDT` → the USDT-USD rate. With rate 1, when the currency is a guess. */
  convertedBy?: Conversion;
}
