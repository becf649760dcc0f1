import type { EarningsDate, MarketSymbol } from '@freshet/market';
import { z } from 'zod';
import type { Reading } from '../provider.ts';
import { reading, refusal } from '../wire/reading.ts';
import { UNNAMED } from '../symbols/spelling.ts';
import { zText } from '../wire/wire-fields.ts';
import { recordOf } from '../wire/wire-json.ts';
import { rowsOf, zSession } from '../wire/wire-rows.ts';
import { fromTwelveData } from './symbols.ts';

const zRow = z.object({ symbol: zText, exchange: zText, mic_code: zText, date: zSession, time: zText });

/** `/earnings` (`{meta, earnings: [{date, time}]}`) and `/earnings_calendar` (`{earnings: {"2024-01-31": [{symbol, time}]}}`). */
export function readEarnings(body: Record<string, unknown>, hint: string | null, asked?: MarketSymbol[]): Reading {
  const meta = recordOf(body.meta);
  const byDate = recordOf(body.earnings);
  const rows = byDate
    ? Object.entries(byDate).flatMap(([date, list]) =>
        Array.isArray(list) ? list.map((row) => ({ ...recordOf(row), date })) : [],
      )
    : body.earnings;
  const list = rowsOf(zRow, rows);
  if (!list) return refusal('malformed', 'Twelve Data: earnings that are no list.');
  if (list.rows.length === 0)
    return refusal('no_data', 'Twelve Data knows no earnings dates here.', { symbol: asked?.[0] ?? null });
  const named = typeof meta?.symbol === 'string' ? meta.symbol : hint;
  const earnings = list.rows
    .map(
      (row): EarningsDate => ({
        symbol: fromTwelveData(row.symbol ?? named, asked, { exchange: row.exchange, mic: row.mic_code }),
        date: row.date,
        when: /pre/i.test(row.time ?? '') ? 'before_open' : /after/i.test(row.time ?? '') ? 'after_close' : 'unknown',
      }),
    )
    .filter((one) => one.symbol !== UNNAMED);
  return earnings.length > 0 ? reading({ earnings }) : refusal('malformed', 'Twelve Data: earnings dates of nobody.');
}
