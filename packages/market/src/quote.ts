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
   * Units traded in the session so far (crypto: in the last 24 h), as the provider counts them. For crypto, Yahoo and
   * CoinGecko count the amount paid in the quote currency; Binance and CryptoCompare count coins.
   */
  volume: DecimalText | null;
  marketCap: DecimalText | null;
  /** ISO 4217 code, or a coin's code for crosses. */
  currency: string;
  /** The provider's own time of the price; never the time of fetching. */
  quoteTime: Date;
  /**
   * Set where the provider gives only the session's date. `quoteTime` is then estimated from the usual trading hours.
   */
  session?: SessionDate;
  /** How late the provider says its prices are, in seconds. */
  delayS: number;
  /**
   * Set when the price came in another unit: `GBp` → 0.01, `USDT` → the USDT-USD rate. A rate of 1 means that only the
   * currency was guessed.
   */
  convertedBy?: Conversion;
}
