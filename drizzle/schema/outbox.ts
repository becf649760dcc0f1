import { pg, sql } from '../orm.ts';
import { createdAt, moment } from './columns.ts';

/**
 * Events, written in the transaction that causes them. The relay numbers them as it publishes: serial ids are not in
 * commit order, so a client that resumes by them would miss some. A row may hold several items, and has a number for
 * each of them.
 */
export const events = pg.pgTable(
  'events',
  {
    id: pg.bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    type: pg.text('type').notNull(),
    /** Null: for everyone who may read prices. Otherwise only this user and staff get it. */
    userId: pg.text('user_id'),
    refreshId: pg.text('refresh_id'),
    items: pg.jsonb('items').notNull(),
    size: pg.integer('size').notNull().default(1),
    /** The number of its last item; null until the relay has seen it. */
    number: pg.bigint('number', { mode: 'number' }),
    at: moment('at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    pg.index('events_unpublished').on(t.id).where(sql`${t.number} is null`),
    pg.uniqueIndex('events_number').on(t.number),
    pg.index('events_at').on(t.at),
  ],
);

export const webhookEndpoints = pg.pgTable('webhook_endpoints', {
  id: pg.text('id').primaryKey(),
  userId: pg.text('user_id').notNull(),
  url: pg.text('url').notNull(),
  events: pg.text('events').array().notNull(),
  /** Needed to sign; never shown again after creation. */
  secret: pg.text('secret').notNull(),
  previousSecret: pg.text('previous_secret'),
  enabled: pg.boolean('enabled').notNull().default(true),
  disabledWhy: pg.text('disabled_why'),
  version: pg.integer('version').notNull().default(1),
  createdAt: createdAt(),
});

export const webhookDeliveries = pg.pgTable(
  'webhook_deliveries',
  {
    id: pg.text('id').primaryKey(),
    endpointId: pg
      .text('endpoint_id')
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
    event: pg.text('event').notNull(),
    /** `<refresh id>.<event>`. Receivers recognise by it a message that is sent again. */
    messageId: pg.text('message_id').notNull(),
    payload: pg.jsonb('payload').notNull(),
    state: pg.text('state').notNull().default('pending'),
    /** Attempts that have begun. */
    attempts: pg.integer('attempts').notNull().default(0),
    /** While an attempt is under way: when the next one comes if the outcome of this one is never recorded. */
    nextAttemptAt: moment('next_attempt_at').notNull().default(sql`now()`),
    lastStatus: pg.integer('last_status'),
    lastError: pg.text('last_error'),
    createdAt: createdAt(),
    deliveredAt: moment('delivered_at'),
  },
  (t) => [
    pg.index('webhook_deliveries_newest').on(t.createdAt),
    pg.unique('webhook_deliveries_once').on(t.endpointId, t.messageId),
    pg.index('webhook_deliveries_due').on(t.nextAttemptAt).where(sql`${t.state} = 'pending'`),
    pg.index('webhook_deliveries_failed').on(t.createdAt, t.id).where(sql`${t.state} = 'failed'`),
  ],
);

export const webhookTriggers = pg.pgTable('webhook_triggers', {
  id: pg.text('id').primaryKey(),
  userId: pg.text('user_id').notNull(),
  /** The key that made it. The trigger may start what this key may start, for as long as the key is valid. */
  keyId: pg.text('key_id').notNull(),
  name: pg.text('name').notNull(),
  kind: pg.text('kind').notNull(),
  /** The refresh that it starts, as the body of a POST. */
  refresh: pg.jsonb('refresh').notNull(),
  secret: pg.text('secret').notNull(),
  enabled: pg.boolean('enabled').notNull().default(true),
  version: pg.integer('version').notNull().default(1),
  createdAt: createdAt(),
});
