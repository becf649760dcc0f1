import { pg, sql } from '../orm.ts';
import { createdAt, decimal, moment } from './columns.ts';

export const strategies = pg.pgTable('strategies', {
  id: pg.text('id').primaryKey(),
  name: pg.text('name').notNull().unique(),
  /** The catalogue's name of what it does: `equal_weight`, `risk_parity`, … */
  method: pg.text('method').notNull(),
  options: pg.jsonb('options').notNull().default({}),
  symbols: pg.text('symbols').array().notNull(),
  /** Applies its allocations to the index of the same id. */
  appliesToIndex: pg.boolean('applies_to_index').notNull().default(true),
  capital: decimal('capital').notNull().default('100000'),
  active: pg.boolean('active').notNull().default(true),
  version: pg.integer('version').notNull().default(1),
  createdAt: createdAt(),
});

export const allocations = pg.pgTable(
  'allocations',
  {
    strategyId: pg.text('strategy_id').notNull(),
    asOf: moment('as_of').notNull(),
    symbol: pg.text('symbol').notNull(),
    weight: decimal('weight').notNull(),
    quantity: decimal('quantity'),
    /**
     * The session at whose close the weights take effect. `applied`: the index took them on then, and its levels follow
     * from them.
     */
    session: pg.date('session').notNull(),
    applied: pg.boolean('applied').notNull().default(false),
    /** Why the run left the symbol out, with a weight of 0. Null: the symbol was among those it chose from. */
    reason: pg.text('reason'),
    refreshId: pg.text('refresh_id'),
  },
  (t) => [
    pg.primaryKey({ columns: [t.strategyId, t.asOf, t.symbol] }),
    pg.index('allocations_applied').on(t.strategyId, t.session).where(sql`${t.applied}`),
  ],
);

export const signals = pg.pgTable(
  'signals',
  {
    id: pg.bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    strategyId: pg.text('strategy_id').notNull(),
    at: moment('at').notNull(),
    symbol: pg.text('symbol').notNull(),
    side: pg.text('side').notNull(),
    quantity: decimal('quantity').notNull(),
    value: decimal('value').notNull(),
    applied: pg.boolean('applied').notNull().default(false),
    refreshId: pg.text('refresh_id'),
  },
  (t) => [pg.index('signals_of').on(t.strategyId, t.at)],
);

export const indexValues = pg.pgTable(
  'index_values',
  {
    indexId: pg.text('index_id').notNull(),
    session: pg.date('session').notNull(),
    level: decimal('level').notNull(),
    /** The holdings behind the level: `{symbol: units}`. */
    units: pg.jsonb('units'),
    computedAt: moment('computed_at').notNull().default(sql`now()`),
  },
  (t) => [pg.primaryKey({ columns: [t.indexId, t.session] })],
);

/** One row for each subject (portfolio, strategy, symbol) and period, all its metrics in it. */
export const metrics = pg.pgTable(
  'metrics',
  {
    subject: pg.text('subject').notNull(),
    period: pg.text('period').notNull(),
    asOf: moment('as_of').notNull(),
    /** json, not jsonb: metrics are written by the thousand and read as a whole, for which json costs a third. */
    values: pg.json('values').notNull(),
    refreshId: pg.text('refresh_id'),
  },
  (t) => [pg.primaryKey({ columns: [t.subject, t.period] })],
);
