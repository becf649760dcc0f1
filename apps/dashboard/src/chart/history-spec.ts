import type { AnswerOf } from '@freshet/contracts/api';
import { formatPrice } from '../format/numbers.ts';
import type { ChartSpec, Point } from './spec.ts';

type Historical = AnswerOf<'GET /api/v1/market-data/historical/{symbol}'>;
type Row = Historical['data'][number];
type Bar = Extract<Row, { session: string }>;

const isBar = (row: Row): row is Bar => 'session' in row;

/** A symbol's history as a chart: candles with volume by session, a line within the day. */
export function historySpec({ data }: Pick<Historical, 'data'>): ChartSpec {
  const bars = data.filter(isBar);
  if (bars.length > 0) {
    const candles = bars.map(({ session, open, high, low, close }) => ({
      time: session,
      open: open ?? close,
      high: high ?? Math.max(open ?? close, close),
      low: low ?? Math.min(open ?? close, close),
      close,
    }));
    const volume = bars.flatMap(({ session, volume: value }) => (value === null ? [] : [{ time: session, value }]));
    return { candles, volume, unit: 'price' };
  }
  return { lines: [{ name: 'Price', tone: 'accent', filled: true, points: pointsOf(data) }], unit: 'price' };
}

/** A chart knows one value for each second; several providers may have written within one. */
function pointsOf(data: readonly Row[]): Point[] {
  const bySecond = new Map<number, number>();
  for (const row of data) if (!isBar(row)) bySecond.set(Math.floor(Date.parse(row.time) / 1_000), row.price);
  return [...bySecond].sort(([a], [b]) => a - b).map(([time, value]) => ({ time, value }));
}

/** What the chart shows, for those who don't see it. */
export function historySays(symbol: string, { data }: Pick<Historical, 'data'>): string {
  const prices = data.map((row) => (isBar(row) ? row.close : row.price));
  const [first, last] = [prices[0], prices.at(-1)];
  if (first === undefined || last === undefined) return `${symbol}: no history`;
  const [low, high] = [Math.min(...prices), Math.max(...prices)];
  return `${symbol}: from ${formatPrice(first)} to ${formatPrice(last)}, lowest ${formatPrice(low)}, highest ${formatPrice(high)}`;
}
