import type { EarningsDate, MarketSymbol } from '@freshet/market';
import { z } from 'zod';
import type { Reading } from '../provider.ts';
import { reading, refusal } from '../wire/reading.ts';
import { zText } from '../wire/wire-fields.ts';
import { rowsOf, zSession } from '../wire/wire-rows.ts';
import { fromIex } from './symbols.ts';

const zRow = z.object({ EPSReportDate: zSession, announceTime: zText });
const WHEN = new Map<string, EarningsDate['when']>([
  ['BTO', 'before_open'],
  ['AMC', 'after_close'],
]);

/** `/stock/{symbol}/earnings`: `{symbol, earnings: [{EPSReportDate, announceTime: BTO|DMT|AMC, …}]}`, reports of the past. */
export function readEarnings(body: Record<string, unknown>, wire: string | null, asked?: MarketSymbol[]): Reading {
  const symbol = fromIex(typeof body.symbol === 'string' ? body.symbol : wire, asked, false);
  const list = rowsOf(zRow, body.earnings);
  if (!list) return refusal('no_data', 'IEX Cloud has no earnings for this name.', { symbol });
  if (list.rows.length === 0 && list.bad > 0)
    return refusal('malformed', 'IEX Cloud: earnings without dates.', { symbol });
  const earnings = list.rows.map(
    ({ EPSReportDate: date, announceTime }): EarningsDate => ({
      symbol,
      date,
      when: WHEN.get(announceTime?.toUpperCase() ?? '') ?? 'unknown',
    }),
  );
  return reading({ earnings });
}
