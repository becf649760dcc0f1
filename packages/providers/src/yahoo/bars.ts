import type { Bar, MarketSymbol } from '@freshet/market';
import { z } from 'zod';
import { inMajor, priceUnit } from '../wire/minor-units.ts';
import { zDecimal, zList, zText } from '../wire/wire-fields.ts';
import { wireCount, wirePositive, wireTimeMs } from '../wire/wire-number.ts';
import { recordOf } from '../wire/wire-json.ts';
import { addEvents, sessionReader, splitAfter } from './events.ts';

const chartMeta = z.object({
  currency: zText,
  symbol: zText,
  dataGranularity: zText,
  exchangeTimezoneName: zText,
  gmtoffset: zDecimal,
});

const column = z.object({ open: zList, high: zList, low: zList, close: zList, volume: zList });

const chart = z.object({
  meta: chartMeta,
  timestamp: zList,
  events: z.unknown().optional(),
  indicators: z.object({
    quote: z.array(column.nullish()).nullish(),
    adjclose: z.array(z.object({ adjclose: zList }).nullish()).nullish(),
  }),
});

const NO_COLUMNS = { open: [], high: [], low: [], close: [], volume: [] };

/** `1d`, `1mo`, `5m`: what a chart's rows span, as it says itself or else as its times are apart; null without rows. */
export function granularityOf(result: unknown, asked: string | null): string | null {
  const parsed = chart.safeParse(result);
  if (!parsed.success) return asked;
  // A flat spark counts it in seconds.
  const seconds = wirePositive(recordOf(recordOf(result)?.meta)?.dataGranularity);
  if (seconds) return Number(seconds) === 86_400 ? '1d' : `${seconds}s`;
  const said = parsed.data.meta.dataGranularity ?? asked;
  if (said) return said;
  const times = parsed.data.timestamp.map(wireTimeMs).filter((time) => time !== null);
  if (times.length < 2) return times.length === 1 ? '1d' : null;
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const hours = (gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? 0) / 3_600_000;
  if (hours < 20) return 'intraday';
  return hours < 100 ? '1d' : 'longer';
}

/**
 * The daily bars of one chart (`chart.result[]`, or a spark's `response[]`), oldest first, one for each session. Rows
 * without a close are holes and left out; the running session may come twice, as its row and as a point at now: the
 * later one counts. Prices are as Yahoo gives them: adjusted for later splits, not for dividends (see `as-traded.ts`).
 * Null when the body is no chart.
 */
export function readDailyBars(result: unknown, symbol: MarketSymbol): Bar[] | null {
  const parsed = chart.safeParse(result);
  if (!parsed.success) return null;
  const { meta, timestamp, events, indicators } = parsed.data;
  const columns = indicators.quote?.[0] ?? NO_COLUMNS;
  const adjusted = indicators.adjclose?.[0]?.adjclose ?? [];
  const unit = priceUnit(meta.currency ?? '');
  const sessionOf = sessionReader(meta.exchangeTimezoneName, Number(meta.gmtoffset ?? 0));
  const bars: Bar[] = [];
  for (let index = 0; index < timestamp.length; index++) {
    const session = sessionOf(timestamp[index]);
    const close = inMajor(wirePositive(columns.close[index]), unit);
    if (!session || !close) continue;
    bars.push({
      symbol,
      session,
      open: inMajor(wirePositive(columns.open[index]), unit),
      high: inMajor(wirePositive(columns.high[index]), unit),
      low: inMajor(wirePositive(columns.low[index]), unit),
      close,
      volume: wireCount(columns.volume[index]),
      adjustedClose: inMajor(wirePositive(adjusted[index]), unit),
      splitRatio: null,
      dividend: null,
      currency: unit.currency || null,
    });
  }
  const ordered = eachSessionOnce(bars);
  addEvents(ordered, events, sessionOf, unit);
  return ordered;
}

/** Oldest first; of a session that comes twice, the later row. */
function eachSessionOnce(bars: Bar[]): Bar[] {
  if (bars.every(({ session }, i) => i === 0 || (bars[i - 1] as Bar).session < session)) return bars;
  const bySession = new Map(bars.map((bar) => [bar.session, bar]));
  return [...bySession.values()].sort((a, b) => (a.session < b.session ? -1 : 1));
}

/** What a chart tells of splits later than its last bar, up to when it came: new units for each old one; null when it tells of none. */
export function splitAfterBars(result: unknown, bars: readonly Bar[], receivedAt: Date): string | null {
  const parsed = chart.safeParse(result);
  const last = bars.at(-1)?.session;
  if (!parsed.success || !last) return null;
  const { meta, events } = parsed.data;
  return splitAfter(last, receivedAt, events, sessionReader(meta.exchangeTimezoneName, Number(meta.gmtoffset ?? 0)));
}
