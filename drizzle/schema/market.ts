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
    /** For a parked symbol: when it is asked for again, and how often that was in vain. */
    probeAt: moment('probe_at'),
    probes: pg.integer('probes').notNull().default(0),
    parkedWhy: pg.text('parked_why'),
    /**
     * Bars were asked for from this session on: what is not held from then on doesn't exist. Without any bar: up to this session
     * they were asked for in vain.
     */
    historyFrom: pg.date('history_from'),
    /** Yearly volatility of returns as a fraction, for the checks and for freshness. */
    volatility: pg.doublePrecision('volatility'),
    earningsOn: pg.date('earnings_on'),
    /** Share of its checks that passed, 0..1, recent ones weighing more; null before the first. */
    quality: pg.doublePrecision('quality'),
    /**
     * The transaction that last changed its daily bars: never the same for two states of them, so that whoever holds them
     * in memory sees by it whether they are still those.
     */
    barsVersion: pg.bigint('bars_version', { mode: 'number' }).notNull().default(0),
    createdAt: createdAt(),
  },
  (t) => [
    pg.index('assets_sector').on(t.sector),
    pg.check('assets_status', sql`${t.status} in ('active','unverified','parked')`),
  ],
);

const priced = {
  price: decimal('price').notNull(),
  open: decimal('open'),
  high: decimal('high'),
  low: decimal('low'),
  volume: decimal('volume'),
};

/** The latest quote of every symbol, good or suspect, kept for ever; while it is suspect, the last good price stands beside it (`good_*`). */
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
    /** `{checks, chain, converted, cross_check?, suspicion?}`: what explain shows. */
    provenance: pg.jsonb('provenance'),
    /** The price before this one and its time, for explain. */
    replacedPrice: decimal('replaced_price'),
    replacedQuoteTime: moment('replaced_quote_time'),
    /** Since when the price has been the same, by the provider's own time. */
    priceSince: moment('price_since'),
    /** The last good price while this one is `suspect`: what calculations and checks go on with. */
    goodPrice: decimal('good_price'),
    goodPreviousClose: decimal('good_previous_close'),
    goodQuoteTime: moment('good_quote_time'),
    /** Why no newer price could be had when it was last asked for (`kind: detail`); null since one came. */
    staleReason: pg.text('stale_reason'),
    /** When the row was last written; the cursor of `since` is a snapshot, see `store/changed-quotes.ts`, and compares this only with times. */
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

/** One session of one symbol: raw prices and what happened that day; adjustment is computed from splits and dividends. */
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
    /** Multiplies the raw close into the adjusted one; on one basis for the whole series. */
    adjustment: decimal('adjustment').notNull().default('1'),
    currency: pg.text('currency'),
    source: pg.text('source').notNull(),
    /** True while the session runs: healed after the close. */
    provisional: pg.boolean('provisional').notNull().default(false),
    /** `suspect` bars are served with their mark and never calculated with. */
    quality: pg.text('quality').notNull().default('good'),
    fetchedAt: moment('fetched_at').notNull(),
    refreshId: pg.text('refresh_id'),
  },
  (t) => [
    pg.primaryKey({ columns: [t.symbol, t.session] }),
    // Splits are few, and looked for by themselves.
    pg.index('daily_bars_splits').on(t.symbol, t.session).where(sql`${t.splitRatio} is not null`),
    // So are those that a check holds.
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
    // What goes on being wrong is one anomaly, not one for each time that somebody looks.
    pg.uniqueIndex('anomalies_open').on(t.symbol, t.check).where(sql`${t.resolvedAt} is null`),
  ],
);
