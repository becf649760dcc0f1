import { type Bar, isSessionDate, type MarketSymbol } from '@freshet/market';
import { parse } from 'csv-parse/sync';
import { wireCount, wirePositive } from '../wire/wire-number.ts';

/** True for the CSV of the old download endpoint, by its first column. */
export function isDownload(body: string): boolean {
  return /^\uFEFF?"?Date"?,/.test(body);
}

/**
 * The daily bars of `/v7/finance/download` (closed in 2024; still met in stored answers): a CSV with the columns Date,
 * Open, High, Low, Close, Adj Close, Volume, and `null` in the holes. It doesn't say the currency. Null when it has no
 * closes, as the files of dividends and splits; a row that isn't complete is left out.
 */
export function readDownload(body: string, symbol: MarketSymbol): Bar[] | null {
  const rows = rowsOf(body);
  if (!rows || rows.some((row) => !('Close' in row))) return null;
  return rows.flatMap((row) => {
    const close = wirePositive(row.Close);
    const session = row.Date ?? '';
    if (!close || !isSessionDate(session)) return [];
    return {
      symbol,
      session,
      open: wirePositive(row.Open),
      high: wirePositive(row.High),
      low: wirePositive(row.Low),
      close,
      volume: wireCount(row.Volume),
      adjustedClose: wirePositive(row['Adj Close']),
      splitRatio: null,
      dividend: null,
      currency: null,
    };
  });
}

function rowsOf(body: string): Record<string, string>[] | null {
  try {
    return parse(body, { columns: true, bom: true, relax_column_count: true, skip_empty_lines: true, trim: true });
  } catch {
    return null;
  }
}
