import type { EarningsDate, MarketSymbol } from '@freshet/market';
import { z } from 'zod';
import type { Reading } from '../provider.ts';
import { reading, refusal } from '../wire/reading.ts';
import { UNNAMED } from '../symbols/spelling.ts';
import { zText } from '../wire/wire-fields.ts';
import { rowsOf, zName, zSession } from '../wire/wire-rows.ts';
import { csvRows } from './bars.ts';
import { fromAlphaVantage } from './symbols.ts';

const zRow = z.object({ symbol: zName, reportDate: zSession, timeOfTheDay: zText });

/** `EARNINGS_CALENDAR`: a CSV with a row for each report to come; the header alone when none is known. */
export function readEarningsCalendar(body: string, asked?: MarketSymbol[]): Reading {
  const list = rowsOf(zRow, csvRows(body));
  if (!list || (list.rows.length === 0 && list.bad > 0)) {
    return refusal('malformed', 'Alpha Vantage: an earnings calendar without dates.');
  }
  if (list.rows.length === 0) {
    return refusal('no_data', 'Alpha Vantage knows no earnings date to come.', { symbol: asked?.[0] ?? null });
  }
  const earnings = list.rows.flatMap((row): EarningsDate[] => {
    const at = row.timeOfTheDay ?? '';
    const when = /pre|bmo|before/i.test(at) ? 'before_open' : /post|amc|after/i.test(at) ? 'after_close' : 'unknown';
    const symbol = fromAlphaVantage(row.symbol, asked);
    return symbol === UNNAMED ? [] : [{ symbol, date: row.reportDate, when }];
  });
  return earnings.length > 0 ? reading({ earnings }) : refusal('malformed', 'Alpha Vantage: earnings dates of nobody.');
}
