import { Amount, type DecimalText, decimalText } from '@freshet/market';

/**
 * A decimal as a whole number and a scale: digits / 10^scale. Adding and multiplying are exact, and with the engine's own
 * big integers ten times as fast as a general decimal: valuing a thousand portfolios of thirty holdings is 200,000 of them.
 */
export interface Exact {
  digits: bigint;
  scale: number;
}

const PLAIN = /^-?\d{1,400}(\.\d{1,400})?$/;
const POWERS: bigint[] = Array.from({ length: 80 }, (_, i) => 10n ** BigInt(i));
const power = (of: number): bigint => POWERS[of] ?? 10n ** BigInt(of);

export const ZERO: Exact = { digits: 0n, scale: 0 };

/** Reads a decimal text; null when it is not a finite number. */
export function exact(text: DecimalText | null | undefined): Exact | null {
  if (text === null || text === undefined) return null;
  if (!PLAIN.test(text)) return unusual(text);
  const point = text.indexOf('.');
  if (point < 0) return { digits: BigInt(text), scale: 0 };
  const scale = text.length - point - 1;
  const digits = text.slice(0, point) + text.slice(point + 1);
  // Most amounts fit a double exactly, which reads faster.
  return { digits: digits.length <= 15 ? BigInt(Number(digits)) : BigInt(digits), scale };
}

/** With an exponent, or in any other form that a decimal may be written in. */
function unusual(text: string): Exact | null {
  try {
    const value = new Amount(text);
    const plain = value.isFinite() ? decimalText(value) : text;
    // Longer than any price or quantity: refused.
    return plain === text ? null : exact(plain);
  } catch {
    return null;
  }
}

export function times(a: Exact, b: Exact): Exact {
  return { digits: a.digits * b.digits, scale: a.scale + b.scale };
}

export function plus(a: Exact, b: Exact): Exact {
  if (a.scale === b.scale) return { digits: a.digits + b.digits, scale: a.scale };
  return a.scale > b.scale
    ? { digits: a.digits + b.digits * power(a.scale - b.scale), scale: a.scale }
    : { digits: a.digits * power(b.scale - a.scale) + b.digits, scale: b.scale };
}

export function minus(a: Exact, b: Exact): Exact {
  return plus(a, { digits: -b.digits, scale: b.scale });
}

/** a / b as a float, for shares and percentages. */
export function ratio(a: Exact, b: Exact): number {
  if (a.scale === b.scale) return Number(a.digits) / Number(b.digits);
  return a.scale > b.scale
    ? Number(a.digits) / Number(b.digits * power(a.scale - b.scale))
    : Number(a.digits * power(b.scale - a.scale)) / Number(b.digits);
}

/** Rounded half up (away from zero) to so many decimal places. */
export function roundedTo({ digits, scale }: Exact, places: number): Exact {
  if (scale <= places) return { digits, scale };
  const unit = power(scale - places);
  const half = unit / 2n;
  return { digits: (digits < 0n ? digits - half : digits + half) / unit, scale: places };
}

/** Plain digits without exponent and without trailing zeros. */
export function exactText({ digits, scale }: Exact): DecimalText {
  const negative = digits < 0n;
  let text = (negative ? -digits : digits).toString();
  if (scale > 0) {
    text = text.padStart(scale + 1, '0');
    let end = text.length;
    const point = end - scale;
    while (end > point && text.charCodeAt(end - 1) === 48) end--;
    text = end === point ? text.slice(0, point) : `${text.slice(0, point)}.${text.slice(point, end)}`;
  }
  return negative ? `-${text}` : text;
}

/** A decimal text rounded half up to so many decimal places; texts that need no rounding are returned as they are. */
export function roundDecimal(text: DecimalText, places: number): DecimalText {
  const point = text.indexOf('.');
  if (point < 0 || text.length - point - 1 <= places) return text;
  const value = exact(text);
  return value ? exactText(roundedTo(value, places)) : text;
}
