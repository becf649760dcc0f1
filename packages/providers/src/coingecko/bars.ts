import { Amount, type Bar, type DecimalText, type MarketSymbol, type SessionDate } from '@freshet/market';
import { wireCount, wirePositive, wireTime } from '../wire/wire-number.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** One moment's price; `volume` is that of the 24 hours before it, in the quote currency. */
export interface Point {
  at: Date;
  price: DecimalText;
  volume: DecimalText | null;
}

/** The points of `/coins/{id}/market_chart`, in the order of time (the last one may come earlier than the one before it). */
export function pointsOf(prices: unknown[], volumes: unknown[]): Point[] {
  const volumeAt = new Map(volumes.map((row) => (Array.isArray(row) ? [row[0], row[1]] : [null, null])));
  const points = prices.flatMap((row) => {
    const at = Array.isArray(row) ? wireTime(row[0]) : null;
    const price = Array.isArray(row) ? wirePositive(row[1]) : null;
    return at && price ? { at, price, volume: wireCount(volumeAt.get((row as unknown[])[0])) } : [];
  });
  return points.sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** True for points that are a day apart, but for one at now behind the last midnight. */
export function areDaily(points: Point[]): boolean {
  const gaps = points.slice(1).map((point, index) => point.at.getTime() - (points[index]?.at.getTime() ?? 0));
  if (gaps.length === 0) return points.every((point) => point.at.getTime() % DAY_MS === 0);
  return (gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? 0) > 20 * HOUR_MS;
}

/**
 * Daily points as bars with a close only. A point at midnight closes the session that ended there: 00:00 of the 15th is
 * the close of the 14th, as exchanges date it. The point at now is the running session's close so far; where both fall
 * into one session, midnight counts.
 */
export function barsOfPoints(points: Point[], symbol: MarketSymbol, currency: string): Bar[] {
  const bars = new Map<SessionDate, Bar>();
  const midnightLast = points.toSorted((a, b) => Number(isMidnight(a.at)) - Number(isMidnight(b.at)));
  for (const { at, price, volume } of midnightLast) {
    const session = sessionEndingAt(at, LATE_MS);
    const none = { open: null, high: null, low: null, adjustedClose: null, splitRatio: null, dividend: null };
    bars.set(session, { ...none, symbol, session, close: price, volume, currency });
  }
  return [...bars.values()].sort((a, b) => (a.session < b.session ? -1 : 1));
}

const isMidnight = (at: Date) => at.getTime() % DAY_MS === 0;

/** A daily point may be written a little late. */
const LATE_MS = 5 * 60_000;

/** The UTC day that ends at this moment (or did up to `lateMs` ago), else the one that is running. */
function sessionEndingAt(at: Date, lateMs = 1): SessionDate {
  return new Date(at.getTime() - lateMs).toISOString().slice(0, 10);
}

/**
 * Candles of `/coins/{id}/ohlc`, `[end, open, high, low, close]`. They last half an hour, four hours or four days by the
 * range asked; those shorter than a day are put together to days. The first day is seldom whole: then only its close is
 * sure. Null for candles longer than a day.
 */
export function barsOfCandles(rows: unknown[], symbol: MarketSymbol, currency: string): Bar[] | null {
  const candles = rows.flatMap((row) => candleOf(row) ?? []).sort((a, b) => a.end.getTime() - b.end.getTime());
  const step = stepOf(candles.map((candle) => candle.end.getTime()));
  if (step > DAY_MS) return null;
  const days = Map.groupBy(candles, (candle) => sessionEndingAt(candle.end));
  return [...days].map(([session, day], index) => {
    const [first, last] = [day[0], day.at(-1)];
    const whole = index > 0 || day.length * step >= DAY_MS;
    const most = (pick: 'high' | 'low', than: 'gt' | 'lt') =>
      day.map((candle) => candle[pick]).reduce((best, one) => (new Amount(one)[than](best) ? one : best));
    return {
      symbol,
      session,
      open: whole && first ? first.open : null,
      high: whole ? most('high', 'gt') : null,
      low: whole ? most('low', 'lt') : null,
      close: last?.close ?? '',
      volume: null,
      adjustedClose: null,
      splitRatio: null,
      dividend: null,
      currency,
    };
  });
}

function candleOf(row: unknown) {
  if (!Array.isArray(row)) return null;
  const end = wireTime(row[0]);
  const [open, high, low, close] = row.slice(1, 5).map(wirePositive);
  return end && open && high && low && close ? { end, open, high, low, close } : null;
}

/** The least distance between two of them; a day for a single one. */
function stepOf(times: number[]): number {
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return gaps.length > 0 ? Math.min(...gaps.filter((gap) => gap > 0)) : DAY_MS;
}
