import { type DecimalText, decimalText } from '@freshet/market';

const PLAIN = /^-?(0|[1-9]\d*)(\.\d+)?$/;
const NUMERIC = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?$/i;

/**
 * A number as a provider writes it (JSON number or numeric text) as plain decimal text; null for anything else: null,
 * absent, empty, `N/A`, NaN, infinite. A double becomes its shortest decimal form, so that 0.1 stays 0.1; text keeps
 * every digit it has.
 */
export function wireDecimal(value: unknown): DecimalText | null {
  if (typeof value === 'number') {
    if (!isPlausible(value)) return null;
    const text = String(value);
    return text.includes('e') ? decimalText(text) : text;
  }
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (!NUMERIC.test(text) || text.length > 60 || !isPlausible(Number(text))) return null;
  // By hand where it is only about zeros at the end, as in most prices that come as text: a tenth of what Decimal takes.
  return PLAIN.test(text) ? withoutZeros(text) : decimalText(text);
}

function withoutZeros(text: string): DecimalText {
  if (!text.includes('.')) return text;
  let end = text.length;
  while (text[end - 1] === '0') end -= 1;
  if (text[end - 1] === '.') end -= 1;
  const short = text.slice(0, end);
  return short === '-0' ? '0' : short;
}

/**
 * Nothing of a market is larger or smaller: the largest are capitalisations in rials (1e22), the smallest prices of coins
 * in bitcoin (1e-18). `1e999` is somebody's mistake, and would be a thousand digits.
 */
function isPlausible(value: number): boolean {
  const size = Math.abs(value);
  return value === 0 || (size >= 1e-30 && size < 1e30);
}

/** As `wireDecimal`, and null unless above zero: a price of zero is no price. */
export function wirePositive(value: unknown): DecimalText | null {
  if (typeof value === 'number') return value > 0 ? wireDecimal(value) : null;
  const text = wireDecimal(value);
  return text !== null && Number(text) > 0 ? text : null;
}

/** As `wireDecimal`, and null below zero: volumes, capitalisations. */
export function wireCount(value: unknown): DecimalText | null {
  if (typeof value === 'number') return value >= 0 ? wireDecimal(value) : null;
  const text = wireDecimal(value);
  return text !== null && Number(text) >= 0 ? text : null;
}

/** A moment from seconds, milliseconds, microseconds or nanoseconds since 1970 (told apart by size), or null. */
export function wireTime(value: unknown): Date | null {
  const ms = wireTimeMs(value);
  return ms === null ? null : new Date(ms);
}

/** As `wireTime`, in milliseconds since 1970: a Date for each of thousands of rows is garbage by the megabyte. */
export function wireTimeMs(value: unknown): number | null {
  let ms = typeof value === 'number' && isPlausible(value) ? value : Number(wireDecimal(value) ?? Number.NaN);
  if (!(ms > 0)) return null;
  // 1e11 s is the year 5138 and 1e11 ms is March 1973: no market quote lies on the wrong side.
  if (ms < 1e11) ms *= 1000;
  else if (ms >= 1e17) ms /= 1e6;
  else if (ms >= 1e14) ms /= 1e3;
  ms = Math.floor(ms);
  return isMoment(ms) ? ms : null;
}

/** The last of 9998. A later moment may have a date of five digits in some zone, which Postgres doesn't take. */
const LAST_MOMENT_MS = Date.UTC(9999, 0) - 1;

/** Nothing that is told to be of 1970 or before is a price of now; and Postgres has no year 0. */
function isMoment(ms: number): boolean {
  return ms > 0 && ms <= LAST_MOMENT_MS;
}

/** The moment of a text that `Date` can read, or null. */
export function wireDate(text: string): Date | null {
  const ms = Date.parse(text);
  return isMoment(ms) ? new Date(ms) : null;
}
