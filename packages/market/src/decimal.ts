import { Decimal } from 'decimal.js';

/**
 * Money, prices and quantities. 40 significant digits: Postgres `numeric` holds more than a float ever could, and
 * a product of two 18-digit amounts must not be rounded on its way to the sum.
 */
export const Amount = Decimal.clone({ precision: 40, toExpNeg: -30, toExpPos: 40, defaults: true });
export type Amount = Decimal;

/** A decimal as it travels in JSON and in SQL: plain digits, no exponent. */
export type DecimalText = string;

/** Reads a decimal text; throws a RangeError that names the text when it is not a finite number. */
export function amount(text: string | number | Decimal): Amount {
  const value = new Amount(text);
  if (!value.isFinite()) throw new RangeError(`not a finite decimal: ${String(text)}`);
  return value;
}

/** Plain digits without exponent and without trailing zeros. */
export function decimalText(value: Decimal | number | string): DecimalText {
  return new Amount(value).toFixed();
}
