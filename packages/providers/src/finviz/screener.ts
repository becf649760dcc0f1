import type { MarketSymbol } from '@freshet/market';
import type { HttpAnswer, Reading } from '../provider.ts';
import { otherAnswer } from '../wire/reading.ts';
import { parsePage } from './parse-page.ts';
import { OTHER_DELAY_S } from './quote-page.ts';
import { type Row, readTable } from './table.ts';

const HEADS = 'td.table-top, td.table-top-s, th.table-header';
const ROWS = 'tr.table-dark-row-cp, tr.table-light-row-cp, tr.styled-row';
// Which exchange a row is of isn't told, so the longer of the two delays counts.
const KIND = { endpoint: 'screener', marketCapIn: '1', delayS: OTHER_DELAY_S };

/** A page of the screener, of any of its views that is a table, in the layout up to 2022 or the newer one. */
export function readScreener(answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  const page = parsePage(answer.body);
  const textOf = (cell: Parameters<typeof page>[0]) => page(cell).text().replace(/\s+/g, ' ').trim();
  const columns = page(HEADS).toArray().map(textOf);
  if (columns.length === 0 && !/no results|total:\s*0\b/i.test(page('body').text())) {
    return otherAnswer('screener', 'a view without a table');
  }
  const rows = page(ROWS)
    .toArray()
    .map((row): Row => {
      const cells = page(row).children('td').toArray().map(textOf);
      return cells.length === columns.length ? Object.fromEntries(columns.map((column, i) => [column, cells[i]])) : {};
    })
    .filter((row) => row.Ticker);
  return readTable(answer, columns.length > 0 ? columns : ['Ticker', 'Price'], rows, KIND, asked);
}
