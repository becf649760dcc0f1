import type { MarketSymbol } from '@freshet/market';
import { parse } from 'csv-parse/sync';
import type { HttpAnswer, Reading } from '../provider.ts';
import { refusal } from '../wire/reading.ts';
import { type Row, readTable } from './table.ts';

const KIND = { endpoint: 'export', marketCapIn: '1000000', delayS: 0 };

/** `/export.ashx` of Finviz Elite: a CSV with the columns of the chosen view. */
export function readExport(answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  try {
    const rows: Row[] = parse(answer.body, {
      columns: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
    });
    const [header = ''] = answer.body.split('\n', 1);
    const columns = rows[0] ? Object.keys(rows[0]) : header.split(',').map((name) => name.trim().replaceAll('"', ''));
    return readTable(answer, columns, rows, KIND, asked);
  } catch {
    return refusal('malformed', 'Finviz: an export that is no CSV.');
  }
}
