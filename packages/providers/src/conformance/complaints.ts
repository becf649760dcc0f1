import { isMarketSymbol, isSessionDate, type MarketSymbol } from '@freshet/market';
import type { Reading } from '../provider.ts';
import { UNNAMED } from '../spelling.ts';

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
  return [
    ...prices.filter((price) => price !== null && !(Number(price) > 0)).map((price) => `price ${price}`),
    ...read.quotes.filter((quote) => Number.isNaN(quote.quoteTime.getTime())).map((quote) => `time of ${quote.symbol}`),
    ...read.bars.filter((bar) => !isSessionDate(bar.session)).map((bar) => `session ${bar.session}`),
    ...rows.filter((row) => !isMarketSymbol(row.symbol) && row.symbol !== UNNAMED).map((row) => `symbol ${row.symbol}`),
    ...read.errors.filter((error) => error.detail.includes('test-key')).map((error) => `secret in: ${error.detail}`),
  ];
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
