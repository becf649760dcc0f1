import type { EarningsDate, MarketSymbol } from '@freshet/market';
import { z } from 'zod';
import type { Reading } from '../provider.ts';
import { reading, refusal } from '../wire/reading.ts';
import { firstNamed, UNNAMED } from '../symbols/spelling.ts';
import { zText } from '../wire/wire-fields.ts';
import { rowsOf, zSession } from '../wire/wire-rows.ts';
import { fromFmp } from './symbols.ts';

const zRow = z.object({ symbol: zText, date: zSession, time: zText });
const WHEN = new Map<string, EarningsDate['when']>([
  ['bmo', 'before_open'],
  ['amc', 'after_close'],
]);

/** `/stable/earnings`, `/stable/earnings-calendar` and `/api/v3`'s calendars: a row for each report, past ones too. */
export function readEarnings(list: unknown[], symbol: MarketSymbol, asked?: MarketSymbol[]): Reading {
  if (list.length === 0) return refusal('no_data', 'FMP knows no earnings dates here.', { symbol });
  const found = rowsOf(zRow, list);
  if (!found || found.rows.length === 0) return refusal('malformed', 'FMP: earnings without dates.', { symbol });
  const earnings = found.rows.flatMap((row): EarningsDate[] => {
    const named = firstNamed(fromFmp(row.symbol, asked), symbol);
    return named === UNNAMED ? [] : [{ symbol: named, date: row.date, when: WHEN.get(row.time ?? '') ?? 'unknown' }];
  });
  return earnings.length > 0 ? reading({ earnings }) : refusal('malformed', 'FMP: earnings dates of nobody.');
}
