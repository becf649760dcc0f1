import type { Queryable } from '../database/pool.ts';

/** The latest stored quote of a symbol with what judging its age takes. */
export interface StoredQuote {
  symbol: string;
  price: string;
  open: string | null;
  high: string | null;
  low: string | null;
  previousClose: string | null;
  volume: string | null;
  marketCap: string | null;
  currency: string;
  source: string;
  quoteTime: Date;
  fetchedAt: Date;
  delayS: number;
  quality: string;
  refreshId: string | null;
  /** Why no newer one could be had when it was last asked for; null since this one came. */
  staleReason: string | null;
  calendar: string | null;
  class: string | null;
  volatility: number | null;
  earningsOn: string | null;
}

export const QUOTE_COLUMNS = `l.symbol, l.price, l.open, l.high, l.low, l.previous_close as "previousClose", l.volume,
  l.market_cap as "marketCap", l.currency, l.source, l.quote_time as "quoteTime", l.fetched_at as "fetchedAt",
  l.delay_s as "delayS", l.quality, l.refresh_id as "refreshId", l.stale_reason as "staleReason", a.calendar, a.class, a.volatility,
  a.earnings_on as "earningsOn"`;

/** Latest quotes of these symbols; those that have none are left out. */
export async function latestQuotes(db: Queryable, symbols: string[]): Promise<StoredQuote[]> {
  const { rows } = await db.query<StoredQuote>({
    name: 'latest-quotes',
    text: `select ${QUOTE_COLUMNS} from latest_quotes l left join assets a on a.symbol = l.symbol where l.symbol = any($1)`,
    values: [symbols],
  });
  return rows;
}

/** The last price of a symbol that was above suspicion; null without one. */
export async function goodPriceOf(db: Queryable, symbol: string): Promise<string | null> {
  const { rows } = await db.query<{ price: string | null }>({
    name: 'good-price',
    text: `select case when quality = 'good' then price else good_price end as price from latest_quotes where symbol = $1`,
    values: [symbol],
  });
  return rows[0]?.price ?? null;
}

export interface StoredBar {
  session: string;
  open: string | null;
  high: string | null;
  low: string | null;
  close: string;
  volume: string | null;
  splitRatio: string | null;
  dividend: string | null;
  adjustment: string;
  provisional: boolean;
  quality: 'good' | 'suspect';
  source: string;
}

/** Daily bars from one session to another, both included, oldest first. */
export async function dailyBars(
  db: Queryable,
  symbol: string,
  { from, to }: { from: string; to: string },
  limit: number,
): Promise<StoredBar[]> {
  const { rows } = await db.query<StoredBar>({
    name: 'daily-bars',
    text: `select session, open, high, low, close, volume, split_ratio as "splitRatio", dividend, adjustment, provisional, quality, source
           from daily_bars where symbol = $1 and session between $2 and $3 order by session limit $4`,
    values: [symbol, from, to, limit],
  });
  return rows;
}

export interface SeriesPoint {
  time: Date;
  price: string;
  open: string | null;
  high: string | null;
  low: string | null;
  volume: string | null;
  source: string;
}

/** Both ends included. */
interface TimeRange {
  from: Date;
  to: Date;
}

/** Stored quotes of a time range, oldest first. */
export async function quoteSeries(
  db: Queryable,
  symbol: string,
  { from, to }: TimeRange,
  limit: number,
): Promise<SeriesPoint[]> {
  const { rows } = await db.query<SeriesPoint>({
    name: 'quote-series',
    text: `select time, price, open, high, low, volume, exchange as source from financial_time_series
           where symbol = $1 and time between $2 and $3 order by time limit $4`,
    values: [symbol, from.toISOString(), to.toISOString(), limit],
  });
  return rows;
}

/** What `explain` shows of a symbol's latest quote. */
export async function explainQuote(
  db: Queryable,
  symbol: string,
): Promise<{
  provenance: Record<string, unknown> | null;
  replacedPrice: string | null;
  replacedQuoteTime: Date | null;
  changedAt: Date;
} | null> {
  const { rows } = await db.query<{
    provenance: Record<string, unknown> | null;
    replacedPrice: string | null;
    replacedQuoteTime: Date | null;
    changedAt: Date;
  }>(
    `select provenance, replaced_price as "replacedPrice", replaced_quote_time as "replacedQuoteTime", changed_at as "changedAt"
     from latest_quotes where symbol = $1`,
    [symbol],
  );
  return rows[0] ?? null;
}

/** Bars of so many minutes, made of the stored series, oldest first; `time` is where each begins. */
export async function intradayBars(
  db: Queryable,
  symbol: string,
  { from, to }: TimeRange,
  how: { minutes: number; limit: number },
): Promise<SeriesPoint[]> {
  const { rows } = await db.query<SeriesPoint>({
    name: 'intraday-bars',
    text: `select to_timestamp(floor(extract(epoch from time) / $4) * $4) as time,
             (array_agg(price order by time))[1] as open, max(price) as high, min(price) as low,
             (array_agg(price order by time desc))[1] as price, null::numeric as volume,
             (array_agg(exchange order by time desc))[1] as source
           from financial_time_series where symbol = $1 and time between $2 and $3
           group by 1 order by 1 limit $5`,
    values: [symbol, from.toISOString(), to.toISOString(), how.minutes * 60, how.limit],
  });
  return rows;
}

/** The factor that brings the last final close onto the basis of today; null without bars. */
export async function lastAdjustment(db: Queryable, symbol: string): Promise<string | null> {
  const { rows } = await db.query<{ adjustment: string }>(
    `select adjustment from daily_bars where symbol = $1 and not provisional order by session desc limit 1`,
    [symbol],
  );
  return rows[0]?.adjustment ?? null;
}
