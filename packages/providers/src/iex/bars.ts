import type { Bar, MarketSymbol } from '@freshet/market';
import { pairOf } from '@freshet/market';
import { z } from 'zod';
import { listingOf } from '../symbols/listings.ts';
import type { Reading } from '../provider.ts';
import { otherAnswer, reading, refusal } from '../wire/reading.ts';
import { firstNamed, UNNAMED } from '../symbols/spelling.ts';
import { zCount, zPrice, zText } from '../wire/wire-fields.ts';
import { recordOf } from '../wire/wire-json.ts';
import { rowsOf, zSession } from '../wire/wire-rows.ts';
import { fromIex } from './symbols.ts';

/** A day: `uOpen … uClose` as traded where they are given, `open … close` adjusted for splits, `fClose` for dividends too. */
const zDay = z.object({
  symbol: zText,
  date: zSession,
  uOpen: zPrice,
  uHigh: zPrice,
  uLow: zPrice,
  uClose: zPrice,
  uVolume: zCount,
  open: zPrice,
  high: zPrice,
  low: zPrice,
  close: zPrice,
  rate: zPrice,
  fClose: zPrice,
  volume: zCount,
});

/** True for the minutes of a session: rows with a time of day. */
function areMinutes(list: unknown[]): boolean {
  return list.some((row) => 'minute' in (recordOf(row) ?? {}));
}

/** `/chart`, `/previous`, `/fx/historical`: days, oldest first. An empty list is a name without history, or an unknown one. */
export function readDays(list: unknown[], wire: string | null, isPair: boolean, asked?: MarketSymbol[]): Reading {
  const symbol = fromIex(wire, asked, isPair);
  if (list.length === 0) return refusal('no_data', 'IEX Cloud has no days for this name.', { symbol });
  if (areMinutes(list)) return otherAnswer('chart', 'minutes are not daily bars');
  const bars = (rowsOf(zDay, list)?.rows ?? []).flatMap((row): Bar[] => {
    const named = firstNamed(symbol, fromIex(row.symbol, asked, isPair));
    const close = row.uClose ?? row.close ?? row.rate;
    if (close === null) return [];
    return [
      {
        symbol: named,
        session: row.date,
        open: row.uOpen ?? row.open,
        high: row.uHigh ?? row.high,
        low: row.uLow ?? row.low,
        close,
        volume: row.uVolume ?? row.volume,
        ...(row.fClose === null ? {} : { adjustedClose: row.fClose }),
        currency: named === UNNAMED ? null : (pairOf(named)?.quote ?? listingOf(named).unit),
      },
    ];
  });
  return bars.length > 0 ? reading({ bars }) : refusal('malformed', 'IEX Cloud: days without a close.', { symbol });
}
