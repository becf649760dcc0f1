import { type Bar, isMarketSymbol, isSessionDate, type MarketSymbol } from '@freshet/market';
import type { Reading } from '../provider.ts';
import { UNNAMED } from '../symbols/spelling.ts';

/** What doesn't hold of a reading though it must, however odd the answer was. */
export function complaintsOf(read: Reading): string[] {
  const rows = [...read.quotes, ...read.bars, ...read.earnings];
  const prices = [
    ...read.quotes.flatMap(({ price, open, high, low, previousClose }) => [price, open, high, low, previousClose]),
    ...read.bars.flatMap(({ open, high, low, close, adjustedClose }) => [
      open,
      high,
      low,
      close,
      adjustedClose ?? null,
    ]),
  ];
  const counts = [...read.quotes.flatMap(({ volume, marketCap }) => [volume, marketCap]), ...read.bars.map(volumeOf)];
  return [
    ...prices.filter((price) => price !== null && !(Number(price) > 0)).map((price) => `price ${price}`),
    ...counts.filter((count) => count !== null && !(Number(count) >= 0)).map((count) => `count ${count}`),
    ...read.quotes.filter(({ quoteTime }) => !isStorable(quoteTime)).map((quote) => `time of ${quote.symbol}`),
    ...[...read.quotes, ...read.bars].filter(hasOddCurrency).map((row) => `currency of ${row.symbol}`),
    ...read.earnings.filter(({ when }) => typeof when !== 'string').map(({ symbol }) => `hour of ${symbol}`),
    ...read.earnings.filter(({ date }) => !isSessionDate(date)).map(({ date }) => `earnings on ${date}`),
    ...read.bars.filter((bar) => !isSessionDate(bar.session)).map((bar) => `session ${bar.session}`),
    ...rows.filter((row) => !isMarketSymbol(row.symbol) && row.symbol !== UNNAMED).map((row) => `symbol ${row.symbol}`),
    ...read.errors.filter((error) => error.detail.includes('test-key')).map((error) => `secret in: ${error.detail}`),
  ];
}

const hasOddCurrency = ({ currency }: { currency?: unknown }) => currency != null && typeof currency !== 'string';
const volumeOf = ({ volume }: Bar) => volume;

/** Postgres takes no year 0, and none of five digits in the form that a Date has them. */
function isStorable(time: Date): boolean {
  return !Number.isNaN(time.getTime()) && /^(?!0000)\d{4}-/.test(time.toISOString());
}

/** The symbols of all rows. */
export function symbolsOf(read: Reading | undefined): MarketSymbol[] {
  return [...(read?.quotes ?? []), ...(read?.bars ?? []), ...(read?.earnings ?? [])].map((row) => row.symbol);
}

/** An answer is a price, a date, an error or none of our business, but never nothing. */
export function saysNothing(read: Reading | undefined): boolean {
  const { quotes = [], bars = [], earnings = [], errors = [], other = [] } = read ?? {};
  return quotes.length + bars.length + earnings.length + errors.length + other.length === 0;
}
