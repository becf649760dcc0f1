import { pg, sql } from '../orm.ts';
import { createdAt, decimal, moment } from './columns.ts';

export const assets = pg.pgTable(
  'assets',
  {
    symbol: pg.text('symbol').primaryKey(),
    name: pg.text('name').notNull(),
    class: pg.text('class').notNull(),
    currency: pg.text('currency').notNull(),
    calendar: pg.text('calendar').notNull(),
    sector: pg.text('sector'),
    indexes: pg.text('indexes').array().notNull().default(sql`'{}'`),
    status: pg.text('status').notNull().default('unverified'),
    /** Of a parked symbol: when it is asked for again, and how often it was asked for in vain. */
    probeAt: moment('probe_at'),
    probes: pg.integer('probes').notNull().default(0),
    parkedWhy: pg.text('parked_why'),
    /**
     * The first session from which bars were asked for: bars from then on that are not stored don't exist. If the
     * symbol has no bars at all, they were asked for in vain up to this session.
     */
    historyFrom: pg.date('history_from'),
    /** Yearly volatility of returns as a fraction, for the checks and for freshness. */
    volatility: pg.doublePrecision('volatility'),
    earningsOn: pg.date('earnings_on'),
    /** The share of its checks that passed, 0..1; recent ones weigh more. Null before the first check. */
    quality: pg.doublePrecision('quality'),
    /**
     * The transaction that last changed its daily bars. No two states of them share one, so a process that holds the
     * bars in memory sees by it whether they have changed.
     */
    barsVersion: pg.bigint('bars_version', { mode: 'number' }).notNull().default(0),
    createdAt: createdAt(),
  },
  (t) => [pg.check('assets_status', sql`${t.status} in ('active','unverified','parked')`)],
);

const priced = {
  price: decimal('price').notNull(),
  open: decimal('open'),
  high: decimal('high'),
  low: decimal('low'),
  volume: decimal('volume'),
};

/**
 * The latest quote of every symbol, good or suspect, kept for ever. Beside a suspect one stands the last good price
 * (`good_*`).
 */
export const latestQuotes = pg.pgTable(
  'latest_quotes',
  {
    symbol: pg.text('symbol').primaryKey(),
    ...priced,
    previousClose: decimal('previous_close'),
    marketCap: decimal('market_cap'),
    currency: pg.text('currency').notNull(),
    source: pg.text('source').notNull(),
    quoteTime: moment('quote_time').notNull(),
    fetchedAt: moment('fetched_at').notNull(),
    delayS: pg.integer('delay_s').notNull().default(0),
    /** `good`, or `suspect` when a check fired and no second opinion could be had. */
    quality: pg.text('quality').notNull().default('good'),
    refreshId: pg.text('refresh_id'),
    /** `{checks, chain, converted, cross_check?, suspicion?}`, as `explain` shows it. */
    provenance: pg.jsonb('provenance'),
    /** The price before this one and its time, for `explain`. */
    replacedPrice: decimal('replaced_price'),
    replacedQuoteTime: moment('replaced_quote_time'),
    /** The quote time since which the price has been the same. */
    priceSince: moment('price_since'),
    /** The last good price while this one is `suspect`: calculations and checks use it instead. */
    goodPrice: decimal('good_price'),
    goodPreviousClose: decimal('good_previous_close'),
    goodQuoteTime: moment('good_quote_time'),
    /** Why no newer price could be had when it was last asked for (`kind: detail`). A new price sets it to null. */
    staleReason: pg.text('stale_reason'),
    /**
     * When the row was last written. The cursor of `since` is a snapshot (see `store/changed-quotes.ts`); only a
     * `since` that is a time is compared with this.
     */
    changedAt: moment('changed_at').notNull().default(sql`now()`),
  },
  (t) => [pg.check('latest_quotes_price', sql`${t.price} > 0 and ${t.price} < 'Infinity'`)],
);

/** Every stored quote; partitioned by day (UTC), dropped after the retention. `exchange` is the source. */
export const financialTimeSeries = pg.pgTable(
  'financial_time_series',
  {
    time: moment('time').notNull(),
    symbol: pg.text('symbol').notNull(),
    ...priced,
    exchange: pg.text('exchange').notNull(),
    currency: pg.text('currency').notNull(),
    fetchedAt: moment('fetched_at').notNull(),
    delayS: pg.integer('delay_s').notNull().default(0),
    refreshId: pg.text('refresh_id'),
  },
  (t) => [
    pg.primaryKey({ columns: [t.symbol, t.time, t.exchange] }),
    pg.check('financial_time_series_price', sql`${t.price} > 0 and ${t.price} < 'Infinity'`),
  ],
);

/**
 * One session of one symbol: raw prices, and the split or dividend of that day. `adjustment` is computed from these.
 */
export const dailyBars = pg.pgTable(
  'daily_bars',
  {
    symbol: pg.text('symbol').notNull(),
    session: pg.date('session').notNull(),
    open: decimal('open'),
    high: decimal('high'),
    low: decimal('low'),
    close: decimal('close').notNull(),
    volume: decimal('volume'),
    splitRatio: decimal('split_ratio'),
    dividend: decimal('dividend'),
    /** Adjusted close = raw close × `adjustment`. The whole series is on one basis. */
    adjustment: decimal('adjustment').notNull().default('1'),
    currency: pg.text('currency'),
    source: pg.text('source').notNull(),
    /** The session was not over yet. A later bar replaces it after the close. */
    provisional: pg.boolean('provisional').notNull().default(false),
    /** `suspect` bars are served, marked as such, but never used in calculations. */
    quality: pg.text('quality').notNull().default('good'),
    fetchedAt: moment('fetched_at').notNull(),
    refreshId: pg.text('refresh_id'),
  },
  (t) => [
    pg.primaryKey({ columns: [t.symbol, t.session] }),
    // Splits are few, and queried alone.
    pg.index('daily_bars_splits').on(t.symbol, t.session).where(sql`${t.splitRatio} is not null`),
    // So are bars that a check holds.
    pg.index('daily_bars_held').on(t.symbol, t.session).where(sql`${t.quality} <> 'good'`),
    pg.check('daily_bars_close', sql`${t.close} > 0 and ${t.close} < 'Infinity'`),
  ],
);

export const anomalies = pg.pgTable(
  'anomalies',
  {
    id: pg.bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    symbol: pg.text('symbol').notNull(),
    check: pg.text('check').notNull(),
    /** `held`, then `accepted`, `corrected`, `suspect` or `rejected`. */
    state: pg.text('state').notNull(),
    source: pg.text('source').notNull(),
    price: decimal('price'),
    expected: decimal('expected'),
    detail: pg.text('detail').notNull(),
    /** The quote as it came, so that a second opinion can release it. */
    held: pg.jsonb('held'),
    refreshId: pg.text('refresh_id'),
    at: moment('at').notNull().default(sql`now()`),
    resolvedAt: moment('resolved_at'),
    resolution: pg.text('resolution'),
  },
  (t) => [
    pg.index('anomalies_symbol').on(t.symbol, t.at),
    pg.index('anomalies_at').on(t.at),
    // A problem that persists is one anomaly, not one for each time that it is seen.
    pg.uniqueIndex('anomalies_open').on(t.symbol, t.check).where(sql`${t.resolvedAt} is null`),
  ],
);
