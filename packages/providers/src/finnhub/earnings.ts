import type { EarningsDate, MarketSymbol } from '@freshet/market';
import { z } from 'zod';
import type { Reading } from '../provider.ts';
import { reading, refusal } from '../wire/reading.ts';
import { UNNAMED } from '../symbols/spelling.ts';
import { zText } from '../wire/wire-fields.ts';
import { rowsOf, zName, zSession } from '../wire/wire-rows.ts';
import { fromFinnhub } from './symbols.ts';

const zRow = z.object({ symbol: zName, date: zSession, hour: zText });
const WHEN = new Map<string, EarningsDate['when']>([
  ['bmo', 'before_open'],
  ['amc', 'after_close'],
]);

/** `/calendar/earnings`: `{earningsCalendar: [{symbol, date, hour: bmo|amc|dmh, …}]}`. */
export function readEarnings(body: Record<string, unknown>, asked?: MarketSymbol[]): Reading {
  const list = rowsOf(zRow, body.earningsCalendar);
  if (!list || (list.rows.length === 0 && list.bad > 0))
    return refusal('malformed', 'Finnhub: an earnings calendar without dates.');
  if (list.rows.length === 0) {
    return refusal('no_data', 'Finnhub has no earnings dates in this span.', { symbol: asked?.[0] ?? null });
  }
  const earnings = list.rows.flatMap(({ symbol, date, hour }): EarningsDate[] => {
    const named = fromFinnhub(symbol, asked);
    return named === UNNAMED ? [] : [{ symbol: named, date, when: WHEN.get(hour ?? '') ?? 'unknown' }];
  });
  return earnings.length > 0 ? reading({ earnings }) : refusal('malformed', 'Finnhub: earnings dates of nobody.');
}
