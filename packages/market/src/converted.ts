import { Amount, type DecimalText, decimalText } from './decimal.ts';

/** What a price was multiplied by, and the unit that it was in. */
export interface Conversion {
  from: string;
  rate: DecimalText;
  /** Its provider names no currency: the unit is the usual one of such listings, or of an unknown exchange a guess, and no more than that. */
  assumed?: boolean;
}

/** As many digits as providers give of a price; what a multiplication adds behind them says nothing. */
const PRICE_DIGITS = 10;

/** A price in another unit, by the rate of that unit, with as many significant digits as a price has. */
export function convertedPrice<T extends DecimalText | null>(price: T, rate: DecimalText): T {
  return (price === null ? null : decimalText(new Amount(price).times(rate).toSignificantDigits(PRICE_DIGITS))) as T;
}
