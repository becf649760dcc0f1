import { Amount, type DecimalText } from '@freshet/market';
import { wireCount, wireDecimal, wirePositive } from '../wire/wire-number.ts';

const SCALE: Record<string, string> = { K: '1e3', M: '1e6', B: '1e9', T: '1e12' };

/** A number as the pages print it: `76,239,268`, `1957.10B`, `$12.50`; null for `-` and for percentages. */
function printedNumber(text: string | undefined): DecimalText | null {
  const [, digits = '', unit = ''] = /^\$?\s*(-?[\d,]*\.?\d+)\s*([KMBT])?$/i.exec(text?.trim() ?? '') ?? [];
  const plain = wireDecimal(digits.replaceAll(',', ''));
  const scale = SCALE[unit.toUpperCase()];
  return plain === null || scale === undefined ? plain : new Amount(plain).times(scale).toFixed();
}

/** As `printedNumber`, and null below zero: volumes, capitalisations. */
export function printedCount(text: string | undefined): DecimalText | null {
  return wireCount(printedNumber(text));
}

/** As `printedNumber`, and null unless above zero. */
export function printedPrice(text: string | undefined): DecimalText | null {
  return wirePositive(printedNumber(text));
}
