import { ttlS } from '@freshet/calendar';
import { Amount } from '@freshet/market';
import { type Historical, HistoricalBar, HistoricalPoint } from '@freshet/contracts/api';
import { dailyBars, findAsset, intradayBars, quoteSeries, type SeriesPoint, type StoredBar } from '@freshet/store';
import { stringify } from 'csv-stringify/sync';
import type { z } from 'zod';
import type { Api } from '../api.ts';
import type { Answer } from '../http/answer.ts';
import { tagOfWhatIsTold } from '../http/etag.ts';
import { Problem } from '../http/problem.ts';
import { ALL_HISTORY } from '../memory/forget.ts';
import { symbolTag } from '../memory/quotes.ts';
import { numeric } from './quote-view.ts';

type History = z.infer<typeof Historical>;
type Bar = Extract<History['data'][number], { session: string }>;
type Point = Extract<History['data'][number], { time: string }>;

interface HistoryAsk {
  from?: string;
  to?: string;
  interval?: '1d' | '15m' | 'raw';
  adjusted?: boolean;
}

const MOST_ROWS = 10_000;
const DAY_MS = 86_400_000;
const DEFAULT_DAYS = { '1d': 731, '15m': 7, raw: 1 } as const;

/** Stored history of a symbol, oldest first. @throws Problem not_found */
export async function historyOf(
  { pool, now }: Pick<Api, 'pool' | 'now'>,
  symbol: string,
  ask: HistoryAsk,
): Promise<History> {
  const interval = ask.interval ?? '1d';
  const { from, to } = spanOf(ask, now());
  const asset = await findAsset(pool, symbol);
  if (!asset)
    throw new Problem(
      'unknown_symbol',
      'Nothing is stored for this symbol. Fetch it first: GET /api/v1/market-data/fetch/{symbol}.',
    );
  const daily = interval === '1d';
  const rows = daily
    ? await dailyBars(pool, symbol, { from: dateOf(from), to: dateOf(to) }, MOST_ROWS + 1)
    : interval === 'raw'
      ? await quoteSeries(pool, symbol, { from, to }, MOST_ROWS + 1)
      : await intradayBars(pool, symbol, { from, to }, { minutes: 15, limit: MOST_ROWS + 1 });
  const shown = rows.slice(0, MOST_ROWS);
  const adjusted = ask.adjusted ?? false;
  return {
    symbol,
    interval,
    adjusted: daily && adjusted,
    currency: asset.currency,
    from: daily ? dateOf(from) : from.toISOString(),
    to: daily ? dateOf(to) : to.toISOString(),
    data: daily ? (shown as StoredBar[]).map((bar) => barView(bar, adjusted)) : (shown as SeriesPoint[]).map(pointView),
    truncated: rows.length > MOST_ROWS,
  };
}

/** How long daily bars stay cached, unless an event invalidates them. The bar of the running session changes with each price. */
const KEPT_S = ttlS('bars');

/**
 * The same as a JSON answer. Daily bars are cached as text, by their first and last day. They are cached in memory only: there are more ranges
 * than Redis could hold, up to 2 MB each, and Postgres reads two years in some 5 ms.
 */
export async function historyAnswer(
  api: Pick<Api, 'pool' | 'now' | 'cache'>,
  symbol: string,
  ask: HistoryAsk,
): Promise<Pick<Answer, 'raw' | 'etag'>> {
  if ((ask.interval ?? '1d') !== '1d') {
    const history = await historyOf(api, symbol, ask);
    // By default `to` is now, which must not change the ETag.
    const told = { ...history, from: ask.from ?? null, to: ask.to ?? null };
    return { raw: JSON.stringify(history), etag: tagOfWhatIsTold(told) };
  }
  const load = async () => JSON.stringify(await historyOf(api, symbol, ask));
  const { from, to } = spanOf(ask, api.now());
  const key = `history:${symbol}:${dateOf(from)}:${dateOf(to)}:${ask.adjusted ?? false}`;
  const tags = [symbolTag(symbol), ALL_HISTORY];
  return {
    raw: await api.cache.get<string>(key, { ttlS: KEPT_S, staleS: KEPT_S, strict: true, shared: false, tags, load }),
  };
}

/** The history as CSV, always with a header row. Cells that a spreadsheet would take for formulas are escaped. */
export function historyCsv({ data, interval }: History): string {
  const { shape } = interval === '1d' ? HistoricalBar : HistoricalPoint;
  return stringify(data, { header: true, escape_formulas: true, columns: Object.keys(shape) });
}

function barView(bar: StoredBar, adjusted: boolean): Bar {
  const factor = new Amount(bar.adjustment);
  const price = (text: string | null) =>
    text === null ? null : adjusted ? factor.times(text).toDecimalPlaces(8).toNumber() : Number(text);
  return {
    session: bar.session,
    open: price(bar.open),
    high: price(bar.high),
    low: price(bar.low),
    close: price(bar.close) ?? 0,
    volume: numeric(bar.volume),
    adjusted_close: factor.times(bar.close).toDecimalPlaces(8).toNumber(),
    split_ratio: numeric(bar.splitRatio),
    dividend: numeric(bar.dividend),
    provisional: bar.provisional,
    quality: bar.quality,
    source: bar.source,
  };
}

function pointView({ time, price, open, high, low, volume, source }: SeriesPoint): Point {
  return {
    time: time.toISOString(),
    price: Number(price),
    open: numeric(open),
    high: numeric(high),
    low: numeric(low),
    volume: numeric(volume),
    source,
  };
}

/** The span of the request, with its defaults. @throws Problem invalid_request */
function spanOf({ interval = '1d', ...ask }: HistoryAsk, now: Date): { from: Date; to: Date } {
  const to = ask.to === undefined ? now : momentOf(ask.to, true);
  const from = ask.from === undefined ? daysBefore(to, DEFAULT_DAYS[interval]) : momentOf(ask.from, false);
  if (from <= to) return { from, to };
  throw new Problem('invalid_request', {
    detail: 'from: is later than `to`.',
    errors: [{ parameter: 'from', detail: 'is later than `to`' }],
  });
}

/** A date means its beginning, or its end as `to`. */
function momentOf(text: string, end: boolean): Date {
  return text.length === 10 ? new Date(`${text}T${end ? '23:59:59.999' : '00:00:00.000'}Z`) : new Date(text);
}

/** Never before the year 1, where the dates of ISO 8601 and Postgres begin. */
function daysBefore(moment: Date, days: number): Date {
  return new Date(Math.max(Date.parse('0001-01-01T00:00:00Z'), moment.getTime() - days * DAY_MS));
}

function dateOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
