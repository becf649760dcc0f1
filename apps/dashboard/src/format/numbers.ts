/** Figures as people read them. What is unknown is a dash, never a zero. */

export const UNKNOWN = '–';
const MINUS = '−';
const LOCALE = 'en-US';

const formats = new Map<string, Intl.NumberFormat>();
function format(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const name = JSON.stringify(options);
  const held = formats.get(name) ?? new Intl.NumberFormat(LOCALE, options);
  formats.set(name, held);
  return held;
}

/** A decimal as text reaches the formatter as it is, so that no digit of an amount is lost on the way. */
type Decimal = number | string;

function written(value: Decimal, options: Intl.NumberFormatOptions): string {
  // What rounds to nothing has no sign.
  return format({ signDisplay: 'negative', ...options })
    .format(value as number)
    .replace('-', MINUS);
}

/** A price with the digits that its size calls for: 64,120.55, 187.20, 1.0842, 0.000812. */
export function formatPrice(price: number | null | undefined): string {
  if (price === null || price === undefined) return UNKNOWN;
  const size = Math.abs(price);
  if (size >= 10 || size === 0) return written(price, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  if (size >= 0.1) return written(price, { minimumFractionDigits: 2, maximumFractionDigits: 4 });
  return written(price, { maximumSignificantDigits: 4 });
}

/** The share of a price below which its change is nothing: as a percentage it would be 0.00% too. */
const NOTHING = 0.00005;

/**
 * `+1.20`, `−0.35`, `0.00`: a change always says its direction, with as many digits as the price that has changed, or with more
 * where it would seem to be none.
 */
export function formatChange(change: number | null | undefined, price?: number): string {
  if (change === null || change === undefined) return UNKNOWN;
  const size = Math.abs(change);
  if (price === undefined) return signed(change, formatPrice(size));
  const digits = decimalsOf(formatPrice(price));
  const text = written(size, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const isLost = !/[1-9]/.test(text) && size >= NOTHING * Math.abs(price);
  return signed(change, isLost ? written(size, { maximumSignificantDigits: 2 }) : text);
}

const decimalsOf = (text: string): number => text.split('.')[1]?.length ?? 0;

/** A percentage that is a percentage already: `+1.25%`. */
export function formatPercent(percent: number | null | undefined): string {
  if (percent === null || percent === undefined) return UNKNOWN;
  return signed(percent, `${written(Math.abs(percent), { minimumFractionDigits: 2, maximumFractionDigits: 2 })}%`);
}

/** A share of one, 0.125, as `12.5%`. */
export function formatShare(share: number | null | undefined, digits = 1): string {
  if (share === null || share === undefined) return UNKNOWN;
  return written(share, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** As a share, with its direction: a drift. */
export function formatDrift(share: number | null | undefined): string {
  if (share === null || share === undefined) return UNKNOWN;
  return signed(share, formatShare(Math.abs(share), 1));
}

/** Money, from decimal text: `$12,345.60`, `CA$12,345.60`, `¥12,346`: no two currencies look alike, each has its own digits. */
export function formatMoney(amount: string | null | undefined, currency: string): string {
  if (amount === null || amount === undefined) return UNKNOWN;
  return written(amount, { style: 'currency', currency });
}

/** The same with its direction: `+$120.00`. */
export function formatMoneyChange(amount: string | null | undefined, currency: string): string {
  if (amount === null || amount === undefined) return UNKNOWN;
  return signed(Number(amount), formatMoney(amount.replace(/^-/, ''), currency));
}

/** A quantity, from decimal text, with the digits that it has. */
export function formatQuantity(quantity: string | null | undefined): string {
  if (quantity === null || quantity === undefined) return UNKNOWN;
  return written(quantity, { maximumFractionDigits: 8 });
}

/** `1.2M`. */
export function formatCompact(value: number | null | undefined): string {
  if (value === null || value === undefined) return UNKNOWN;
  return written(value, { notation: 'compact', maximumFractionDigits: 2 });
}

export function formatCount(value: number): string {
  return written(value, {});
}

/** A metric's value: fractions as percentages, ratios as they are. */
export function formatMetric(value: number | null | undefined, unit: 'percent' | 'ratio'): string {
  if (value === null || value === undefined) return UNKNOWN;
  if (unit === 'percent') return formatShare(value, 2);
  return written(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** Which way a figure points, for its colour. */
export function directionOf(value: number | string | null | undefined): 'up' | 'down' | 'flat' {
  const number = Number(value ?? 0);
  if (number > 0) return 'up';
  return number < 0 ? 'down' : 'flat';
}

function signed(value: number, text: string): string {
  // What rounds to nothing points nowhere.
  if (!/[1-9]/.test(text)) return text;
  if (value > 0) return `+${text}`;
  return value < 0 ? `${MINUS}${text}` : text;
}
