import { Amount, type MarketSymbol, type Quote } from '@freshet/market';
import type { HttpAnswer, Reading } from '../provider.ts';
import { otherAnswer, providerError, reading, refusal } from '../wire/reading.ts';
import { UNNAMED } from '../symbols/spelling.ts';
import { printedCount, printedPrice } from './numbers.ts';
import { fromFinviz } from './symbols.ts';

/** Rows by column name, of a screener page or of an export. */
export type Row = Record<string, string | undefined>;

/** How the two tables differ: an export writes market caps in millions, and its prices are a subscriber's, in real time. */
export interface TableKind {
  endpoint: string;
  marketCapIn: string;
  delayS: number;
}

/**
 * The quotes of a table with the columns `Ticker` and `Price`. Symbols that were asked and stand in no row are unknown:
 * the screener leaves them out without a word.
 */
export function readTable(
  answer: HttpAnswer,
  columns: string[],
  rows: Row[],
  kind: TableKind,
  asked?: MarketSymbol[],
): Reading {
  if (!columns.includes('Ticker') || !columns.includes('Price'))
    return otherAnswer(kind.endpoint, 'a view without prices');
  const quotes = rows.flatMap((row): Quote[] => {
    const symbol = fromFinviz(row.Ticker, asked);
    const price = printedPrice(row.Price);
    if (price === null || symbol === UNNAMED) return [];
    const cap = printedCount(row['Market Cap']);
    return [
      {
        symbol,
        price,
        open: printedPrice(row.Open),
        high: printedPrice(row.High),
        low: printedPrice(row.Low),
        previousClose: printedPrice(row['Prev Close']),
        volume: printedCount(row.Volume),
        marketCap: cap === null ? null : new Amount(cap).times(kind.marketCapIn).toFixed(),
        currency: 'USD',
        quoteTime: answer.receivedAt,
        delayS: kind.delayS,
      },
    ];
  });
  const missing = (asked ?? []).filter((symbol) => !rows.some((row) => fromFinviz(row.Ticker, asked) === symbol));
  const errors = missing.map((symbol) => providerError('unknown_symbol', 'Finviz lists no such ticker.', { symbol }));
  if (quotes.length === 0 && errors.length === 0) {
    return rows.length > 0
      ? refusal('malformed', 'Finviz: rows without prices above zero.')
      : refusal('no_data', 'Finviz: a table without rows.');
  }
  return reading({ quotes, errors });
}
