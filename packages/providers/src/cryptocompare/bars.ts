import type { Bar, MarketSymbol } from '@freshet/market';
import { z } from 'zod';
import { zCount, zMoment, zPrice } from '../wire/wire-fields.ts';

const day = z.object({ time: zMoment, open: zPrice, high: zPrice, low: zPrice, close: zPrice, volumefrom: zCount });

/**
 * Rows of `histoday`, stamped at the start of their UTC day; the last is the running one. Rows of zeros (before the
 * coin's first trade) are left out. Null for rows of another form.
 */
export function readDays(rows: unknown[], symbol: MarketSymbol, currency: string | null): Bar[] | null {
  const bars: Bar[] = [];
  for (const row of rows) {
    const parsed = day.safeParse(row);
    if (!parsed.success || !parsed.data.time) return null;
    const { time, open, high, low, close, volumefrom } = parsed.data;
    if (!close) continue;
    const session = time.toISOString().slice(0, 10);
    const none = { adjustedClose: null, splitRatio: null, dividend: null };
    bars.push({ ...none, symbol, session, open, high, low, close, volume: volumefrom, currency });
  }
  return bars;
}
