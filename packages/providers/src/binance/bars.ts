import type { Bar, MarketSymbol } from '@freshet/market';
import { wireCount, wirePositive, wireTime } from '../wire/wire-number.ts';

const DAY_MS = 86_400_000;

/** How long a kline lasts: `1d` as asked, or else from its own open and close time; null when neither tells. */
export function isDaily(rows: unknown[], interval: string | null): boolean | null {
  if (interval) return interval === '1d';
  const first = Array.isArray(rows[0]) ? rows[0] : [];
  const [open, close] = [wireTime(first[0]), wireTime(first[6])];
  return open && close ? close.getTime() - open.getTime() + 1 === DAY_MS : null;
}

/** Klines: `[open time, open, high, low, close, volume, close time, …]`, sessions of UTC days. Null for rows of another form. */
export function readKlines(rows: unknown[], symbol: MarketSymbol, currency: string | null): Bar[] | null {
  const bars: Bar[] = [];
  for (const row of rows) {
    if (!Array.isArray(row)) return null;
    const opened = wireTime(row[0]);
    const close = wirePositive(row[4]);
    if (!opened || row.length < 6) return null;
    if (!close) continue;
    bars.push({
      symbol,
      session: opened.toISOString().slice(0, 10),
      open: wirePositive(row[1]),
      high: wirePositive(row[2]),
      low: wirePositive(row[3]),
      close,
      volume: wireCount(row[5]),
      adjustedClose: null,
      splitRatio: null,
      dividend: null,
      currency,
    });
  }
  return bars;
}
