import { pg, sql } from '../orm.ts';
import { createdAt, decimal, moment } from './columns.ts';
import { users } from './people.ts';

export const portfolios = pg.pgTable(
  'portfolios',
  {
    id: pg.text('id').primaryKey(),
    userId: pg
      .text('user_id')
      .notNull()
      .references(() => users.id),
    name: pg.text('name').notNull(),
    currency: pg.text('currency').notNull().default('USD'),
    cash: decimal('cash').notNull().default('0'),
    benchmark: pg.text('benchmark').notNull().default('^GSPC'),
    active: pg.boolean('active').notNull().default(true),
    version: pg.integer('version').notNull().default(1),
    createdAt: createdAt(),
  },
  (t) => [pg.index('portfolios_user').on(t.userId)],
);

export const holdings = pg.pgTable(
  'holdings',
  {
    id: pg.text('id').primaryKey(),
    portfolioId: pg
      .text('portfolio_id')
      .notNull()
      .references(() => portfolios.id, { onDelete: 'cascade' }),
    symbol: pg.text('symbol').notNull(),
    quantity: decimal('quantity').notNull(),
    /** What the whole position cost, in the portfolio's currency. 0: it cost nothing. Null: not stated. */
    cost: decimal('cost'),
    /** The share of the portfolio that it should have, 0..1. Null: it has no target. */
    targetWeight: decimal('target_weight'),
    version: pg.integer('version').notNull().default(1),
    createdAt: createdAt(),
    /** When the quantity was last stated; null: when the holding was created. Later splits multiply it. */
    changedAt: moment('changed_at'),
  },
  (t) => [pg.unique('holdings_of_portfolio').on(t.portfolioId, t.symbol), pg.index('holdings_symbol').on(t.symbol)],
);

/** Every version of every holding: its history, and the flows of the time-weighted return. */
export const holdingChanges = pg.pgTable(
  'holding_changes',
  {
    id: pg.bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    portfolioId: pg.text('portfolio_id').notNull(),
    holdingId: pg.text('holding_id').notNull(),
    symbol: pg.text('symbol').notNull(),
    version: pg.integer('version').notNull(),
    quantity: decimal('quantity').notNull(),
    /**
     * False if only the cost or the target was changed: the quantity was stated earlier, and splits may have come
     * since.
     */
    statesQuantity: pg.boolean('states_quantity').notNull().default(true),
    cost: decimal('cost'),
    changedBy: pg.text('changed_by'),
    at: moment('at').notNull().default(sql`now()`),
  },
  (t) => [pg.index('holding_changes_of').on(t.portfolioId, t.at)],
);

/** The last good valuation of each portfolio. It is served while the next one is computed. */
export const portfolioSnapshots = pg.pgTable('portfolio_snapshots', {
  portfolioId: pg
    .text('portfolio_id')
    .primaryKey()
    .references(() => portfolios.id, { onDelete: 'cascade' }),
  version: pg.integer('version').notNull(),
  asOf: moment('as_of').notNull(),
  value: decimal('value').notNull(),
  /** The whole valuation with its holdings, in the compact form of `store/valuation.ts`. */
  valuation: pg.json('valuation').notNull(),
  /** What it was computed from, as a digest: equal when nothing that it depends on has changed. */
  inputs: pg.text('inputs'),
  refreshId: pg.text('refresh_id'),
});

/**
 * A portfolio's value at each session's end, for its chart and its returns: one row of arrays, because it is written
 * and read as a whole, and a row for each session of a thousand portfolios would take longer to write than to compute.
 */
export const portfolioSeries = pg.pgTable('portfolio_series', {
  portfolioId: pg
    .text('portfolio_id')
    .primaryKey()
    .references(() => portfolios.id, { onDelete: 'cascade' }),
  sessions: pg.date('sessions').array().notNull(),
  values: pg.doublePrecision('values').array().notNull(),
  /** Money that came in (positive) or left at each session's close. */
  flows: pg.doublePrecision('flows').array().notNull(),
  /** Time-weighted growth since the first session, 1 at the start. */
  growth: pg.doublePrecision('growth').array().notNull(),
  /** What it was computed from, as a digest: equal when nothing that it depends on has changed. */
  inputs: pg.text('inputs').notNull(),
  asOf: moment('as_of').notNull(),
  refreshId: pg.text('refresh_id'),
});

export const watchlists = pg.pgTable(
  'watchlists',
  {
    id: pg.text('id').primaryKey(),
    userId: pg.text('user_id').references(() => users.id),
    name: pg.text('name').notNull(),
    /** The list that the watchlist schedule refreshes and every signed-in person sees. */
    isDefault: pg.boolean('is_default').notNull().default(false),
    version: pg.integer('version').notNull().default(1),
    createdAt: createdAt(),
  },
  (t) => [pg.index('watchlists_user').on(t.userId)],
);

export const watchlistItems = pg.pgTable(
  'watchlist_items',
  {
    watchlistId: pg
      .text('watchlist_id')
      .notNull()
      .references(() => watchlists.id, { onDelete: 'cascade' }),
    symbol: pg.text('symbol').notNull(),
    position: pg.integer('position').notNull().default(0),
    addedAt: moment('added_at').notNull().default(sql`now()`),
  },
  (t) => [pg.primaryKey({ columns: [t.watchlistId, t.symbol] }), pg.index('watchlist_items_symbol').on(t.symbol)],
);
