import { pg, sql } from '../orm.ts';
import { moment } from './columns.ts';

/**
 * The record of a refresh: it is accepted, followed to its end and audited in this one row. `rung_at` is null until its
 * job is in Redis. The answer to a poll is a pure function of the row; `seq` counts the row's changes.
 */
export const refreshes = pg.pgTable(
  'refreshes',
  {
    id: pg.text('id').primaryKey(),
    kind: pg.text('kind').notNull(),
    mode: pg.text('mode').notNull(),
    target: pg.jsonb('target').notNull().default({}),
    symbols: pg.text('symbols').array(),
    maxAgeS: pg.integer('max_age_s'),
    /** Equal for requests that ask for the same: kind, target, mode, sorted symbols, max_age_s. */
    identity: pg.text('identity').notNull(),
    /** Kind and target only. The cooldown is counted by it. */
    scope: pg.text('scope').notNull(),
    status: pg.text('status').notNull().default('queued'),
    rank: pg.integer('rank').notNull(),
    source: pg.text('source').notNull(),
    keyId: pg.text('key_id'),
    userId: pg.text('user_id'),
    role: pg.text('role').notNull(),
    /** False for requests that no creation limit applies to. */
    counted: pg.boolean('counted').notNull().default(false),
    reason: pg.text('reason'),
    requestId: pg.text('request_id'),
    remoteAddress: pg.text('remote_address'),
    callbackEndpoint: pg.text('callback_endpoint'),
    /** The first caller has cancelled, and others still wait. */
    detached: pg.boolean('detached').notNull().default(false),
    traceparent: pg.text('traceparent'),
    acceptedAt: moment('accepted_at').notNull().default(sql`clock_timestamp()`),
    deadlineAt: moment('deadline_at').notNull(),
    rungAt: moment('rung_at'),
    startedAt: moment('started_at'),
    endedAt: moment('ended_at'),
    changedAt: moment('changed_at').notNull().default(sql`clock_timestamp()`),
    seq: pg.integer('seq').notNull().default(0),
    /** Nothing reads it, and it is written no more. It stays while a version that writes it may run on this schema. */
    fence: pg.integer('fence').notNull().default(0),
    step: pg.text('step').notNull().default('queued'),
    /** Whether calculations follow the fetching. */
    calculates: pg.boolean('calculates').notNull().default(false),
    total: pg.integer('total').notNull().default(0),
    /** Items to fetch, and how many of them still wait. */
    fetches: pg.integer('fetches').notNull().default(0),
    open: pg.integer('open').notNull().default(0),
    done: pg.integer('done').notNull().default(0),
    failed: pg.integer('failed').notNull().default(0),
    prices: pg.integer('prices').notNull().default(0),
    portfolios: pg.integer('portfolios').notNull().default(0),
    metrics: pg.integer('metrics').notNull().default(0),
    /** The share of the calculations that is done, 0..1. */
    calculated: pg.doublePrecision('calculated').notNull().default(0),
    skipped: pg.jsonb('skipped').notNull().default({}),
    providerCalls: pg.jsonb('provider_calls').notNull().default({}),
    /** When the first of its items landed. Until then it waits behind others. */
    landingSince: pg.timestamp('landing_since', { withTimezone: true }),
    failures: pg.jsonb('failures').notNull().default([]),
    endReason: pg.text('end_reason'),
    nextRefreshAt: moment('next_refresh_at'),
    estimate: pg.jsonb('estimate'),
  },
  (t) => [
    // One queued refresh of each identity: a request for the same joins it.
    pg.uniqueIndex('refreshes_waiting').on(t.identity).where(sql`${t.status} = 'queued'`),
    pg.index('refreshes_open').on(t.status, t.acceptedAt).where(sql`${t.status} in ('queued','in_progress')`),
    pg.index('refreshes_of_user').on(t.userId, t.acceptedAt),
    // With what lists are filtered by: the few of a rare kind or status are found without reading the other rows.
    pg.index('refreshes_newest').on(t.acceptedAt, t.id, t.kind, t.status),
    pg.check(
      'refreshes_status',
      sql`${t.status} in ('queued','in_progress','success','partial','failed','cancelled','timed_out')`,
    ),
  ],
);

/** The callers who asked for a refresh after its first one. They have joined it, may read it, and are called back. */
export const refreshCallers = pg.pgTable(
  'refresh_callers',
  {
    refreshId: pg
      .text('refresh_id')
      .notNull()
      .references(() => refreshes.id, { onDelete: 'cascade' }),
    keyId: pg.text('key_id').notNull(),
    userId: pg.text('user_id'),
    role: pg.text('role').notNull(),
    reason: pg.text('reason'),
    callbackEndpoint: pg.text('callback_endpoint'),
    /** The callbacks of later requests with the same key. Each was accepted, so each is called. */
    furtherCallbacks: pg.text('further_callbacks').array().notNull().default(sql`'{}'`),
    requestId: pg.text('request_id'),
    remoteAddress: pg.text('remote_address'),
    joinedAt: moment('joined_at').notNull().default(sql`clock_timestamp()`),
    detached: pg.boolean('detached').notNull().default(false),
  },
  (t) => [
    pg.primaryKey({ columns: [t.refreshId, t.keyId] }),
    pg.index('refresh_callers_user').on(t.userId, t.joinedAt),
    pg.index('refresh_callers_at').on(t.joinedAt),
  ],
);

/** What one refresh wants of one symbol, portfolio or strategy, and how that ended. */
export const refreshItems = pg.pgTable(
  'refresh_items',
  {
    refreshId: pg
      .text('refresh_id')
      .notNull()
      .references(() => refreshes.id, { onDelete: 'cascade' }),
    subject: pg.text('subject').notNull(),
    /** `quote`, `bars`, `portfolio` or `strategy`. */
    data: pg.text('data').notNull(),
    /** `waiting`, then `updated`, `skipped` or `failed`. */
    state: pg.text('state').notNull(),
    reason: pg.text('reason'),
    detail: pg.text('detail'),
    chain: pg.jsonb('chain'),
    served: pg.jsonb('served'),
    source: pg.text('source'),
    freshAfter: moment('fresh_after'),
    nextRefreshAt: moment('next_refresh_at'),
    settledAt: moment('settled_at'),
  },
  (t) => [
    pg.primaryKey({ columns: [t.refreshId, t.data, t.subject] }),
    pg.index('refresh_items_waiting').on(t.subject, t.data).where(sql`${t.state} = 'waiting'`),
    // A few among 100,000, for their list and for the end of their refresh.
    pg.index('refresh_items_failed').on(t.refreshId, t.data, t.subject).where(sql`${t.state} = 'failed'`),
  ],
);

/**
 * What is wanted of the outside world: a symbol and a kind of data. The row is the single flight: every refresh that
 * needs the same joins it, lends it its rank, and gets its outcome.
 */
export const wants = pg.pgTable(
  'wants',
  {
    symbol: pg.text('symbol').notNull(),
    data: pg.text('data').notNull(),
    class: pg.text('class').notNull(),
    lane: pg.text('lane').notNull(),
    rank: pg.integer('rank').notNull(),
    /** The place among those of its rank in the lane: a user's wants take turns with other users'. */
    turn: pg.bigint('turn', { mode: 'number' }).notNull(),
    /** Whose turns these are: the user who asked, or the source of a refresh that is no user's. */
    owner: pg.text('owner').notNull(),
    /** When it began to wait. Every tenth call takes the wants that have waited longest. */
    since: moment('since').notNull().default(sql`clock_timestamp()`),
    freshAfter: moment('fresh_after').notNull(),
    /** Bars only: the sessions wanted. */
    fromSession: pg.date('from_session'),
    toSession: pg.date('to_session'),
    /** `[{provider, reason, detail}]`: the providers that were asked already, and why in vain. */
    tried: pg.jsonb('tried').notNull().default([]),
    /**
     * A suspicious quote (`HeldQuote` of refresh/landing.ts) or bars (`HeldBars`) for which this want now asks for a
     * second opinion.
     */
    held: pg.jsonb('held'),
    /** The largest batch that it may be asked in. It is halved when a batch is refused as a whole. */
    batchCap: pg.integer('batch_cap'),
    callId: pg.text('call_id'),
    /**
     * Raised whenever the want changes hands. It begins at random: a want that is deleted and made again is the same row to
     * a job that still holds a claim on its earlier life, and must not have the same fence.
     */
    fence: pg.integer('fence').notNull().default(sql`(random() * 2000000000)::integer`),
    claims: pg.integer('claims').notNull().default(0),
    claimedAt: moment('claimed_at'),
    /** Given up after the last attempt. It blocks nobody, and is asked for again when its job is retried by hand. */
    resting: pg.boolean('resting').notNull().default(false),
    /** The first refresh that wanted it. What it brings is stored under that refresh's id. */
    refreshId: pg.text('refresh_id'),
  },
  (t) => [
    pg.primaryKey({ columns: [t.symbol, t.data] }),
    pg.index('wants_next').on(t.lane, t.rank, t.turn).where(sql`${t.callId} is null`),
    pg.index('wants_oldest').on(t.lane, t.since).where(sql`${t.callId} is null`),
    pg.index('wants_claimed').on(t.callId).where(sql`${t.callId} is not null`),
    pg.index('wants_owner').on(t.lane, t.owner, t.data, t.turn),
  ],
);
