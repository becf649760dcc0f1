import { pg, sql } from '../orm.ts';
import { createdAt, moment } from './columns.ts';

/** The state of each provider, written by workers. It is all that the api knows of providers. */
export const providerStatus = pg.pgTable('provider_status', {
  provider: pg.text('provider').primaryKey(),
  status: pg.jsonb('status').notNull(),
  updatedAt: moment('updated_at').notNull().default(sql`now()`),
});

/**
 * The daily and monthly use of each provider's key. It is reserved here in blocks before it is spent, so that nothing
 * is forgotten when Redis is lost.
 */
export const providerUsage = pg.pgTable(
  'provider_usage',
  {
    provider: pg.text('provider').notNull(),
    keyHash: pg.text('key_hash').notNull(),
    window: pg.text('window').notNull(),
    periodStart: moment('period_start').notNull(),
    reserved: pg.doublePrecision('reserved').notNull().default(0),
    updatedAt: moment('updated_at').notNull().default(sql`now()`),
  },
  (t) => [pg.primaryKey({ columns: [t.provider, t.keyHash, t.window, t.periodStart] })],
);

export const schedules = pg.pgTable('schedules', {
  name: pg.text('name').primaryKey(),
  spec: pg.jsonb('spec').notNull(),
  enabled: pg.boolean('enabled').notNull().default(true),
  missed: pg.text('missed').notNull().default('run_once'),
  version: pg.integer('version').notNull().default(1),
  changedAt: moment('changed_at').notNull().default(sql`now()`),
});

/** Every tick of every schedule, recorded before it does anything. The primary key makes it fire once. */
export const ticks = pg.pgTable(
  'ticks',
  {
    schedule: pg.text('schedule').notNull(),
    tick: moment('tick').notNull(),
    firedAt: moment('fired_at').notNull().default(sql`now()`),
    refreshId: pg.text('refresh_id'),
    outcome: pg.text('outcome'),
  },
  (t) => [pg.primaryKey({ columns: [t.schedule, t.tick] })],
);

/** Facts that outlive restarts. `scheduler_running`: true or false. */
export const settings = pg.pgTable('settings', {
  name: pg.text('name').primaryKey(),
  value: pg.jsonb('value').notNull(),
  changedAt: moment('changed_at').notNull().default(sql`now()`),
});

export const alerts = pg.pgTable(
  'alerts',
  {
    id: pg.bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    name: pg.text('name').notNull(),
    subject: pg.text('subject').notNull().default(''),
    severity: pg.text('severity').notNull(),
    detail: pg.text('detail').notNull(),
    createdAt: createdAt(),
    resolvedAt: moment('resolved_at'),
  },
  (t) => [pg.uniqueIndex('alerts_open').on(t.name, t.subject).where(sql`${t.resolvedAt} is null`)],
);
