import { readFileSync } from 'node:fs';
import type { PriceTable } from '../estimates/price-table.ts';

/** A CSV file with a date column and one column per symbol; blank cells are gaps. Dates as `YYYY-MM-DD` or `M/D/YYYY`. */
export function priceFile(path: string): PriceTable {
  const [head, ...rows] = readFileSync(path, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const symbols = head!.slice(1);
  return {
    sessions: rows.map(([date]) => isoDate(date!)),
    symbols,
    prices: symbols.map((_, at) => Float64Array.from(rows, (row) => (row[at + 1] ? Number(row[at + 1]) : Number.NaN))),
  };
}

function isoDate(text: string): string {
  const [month, day, year] = text.split('/');
  return year ? `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}` : text;
}
