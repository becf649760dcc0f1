import { Amount, type DecimalText, decimalText } from './decimal.ts';

/** The unit that a price came in, and the rate that it was multiplied by. */
export interface Conversion {
  from: string;
  rate: DecimalText;
  /**
   * The provider names no currency. The unit is only the usual one of such listings, or a guess where the exchange is
   * unknown.
   */
  assumed?: boolean;
}

/** Providers give prices with at most so many digits; the further digits of a product carry no information. */
const PRICE_DIGITS = 10;

/** A price converted by a rate, rounded to the significant digits of a price. */
export function convertedPrice<T extends DecimalText | null>(price: T, rate: DecimalText): T {
  return (price === null ? null : decimalText(new Amount(price).times(rate).toSignificantDigits(PRICE_DIGITS))) as T;
}
