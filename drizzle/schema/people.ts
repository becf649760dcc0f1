import { pg, sql } from '../orm.ts';
import { createdAt, moment } from './columns.ts';

export const users = pg.pgTable('users', {
  id: pg.text('id').primaryKey(),
  name: pg.text('name').notNull().unique(),
  createdAt: createdAt(),
});

/** API keys. Only a hash is kept; `prefix` is the part that people may see. */
export const apiKeys = pg.pgTable(
  'api_keys',
  {
    id: pg.text('id').primaryKey(),
    userId: pg
      .text('user_id')
      .notNull()
      .references(() => users.id),
    role: pg.text('role').notNull(),
    name: pg.text('name').notNull(),
    prefix: pg.text('prefix').notNull(),
    hash: pg.text('hash').notNull().unique(),
    createdAt: createdAt(),
    expiresAt: moment('expires_at'),
    revokedAt: moment('revoked_at'),
    lastUsedAt: moment('last_used_at'),
  },
  (t) => [
    pg.index('api_keys_user').on(t.userId),
    pg.check('api_keys_role', sql`${t.role} in ('admin','system','support','user')`),
  ],
);

/** Browser sessions and one-time sign-in links; a token is kept as its hash. */
export const sessions = pg.pgTable('sessions', {
  tokenHash: pg.text('token_hash').primaryKey(),
  keyId: pg
    .text('key_id')
    .notNull()
    .references(() => apiKeys.id),
  kind: pg.text('kind').notNull(),
  createdAt: createdAt(),
  expiresAt: moment('expires_at').notNull(),
  usedAt: moment('used_at'),
});

/** Who changed what, when, from where. A refresh row is its own entry and is not repeated here. */
export const auditLog = pg.pgTable(
  'audit_log',
  {
    id: pg.bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: moment('at').notNull().default(sql`now()`),
    keyId: pg.text('key_id'),
    userId: pg.text('user_id'),
    role: pg.text('role'),
    action: pg.text('action').notNull(),
    subject: pg.text('subject'),
    detail: pg.jsonb('detail'),
    requestId: pg.text('request_id'),
    remoteAddress: pg.text('remote_address'),
  },
  (t) => [
    pg.index('audit_log_at').on(t.at),
    pg.index('audit_log_user').on(t.userId, t.at),
    pg.index('audit_log_action').on(t.action, t.at),
    // Earlier amounts of cash of portfolios: their history is read from here.
    pg.index('audit_log_cash').on(t.subject).where(sql`${t.detail} ? 'cash'`),
  ],
);

/** Answers kept for 24 h for the `Idempotency-Key` of a POST that creates. */
export const idempotencyKeys = pg.pgTable(
  'idempotency_keys',
  {
    principal: pg.text('principal').notNull(),
    key: pg.text('key').notNull(),
    fingerprint: pg.text('fingerprint').notNull(),
    /** Null while the first request is still at work. */
    status: pg.integer('status'),
    headers: pg.jsonb('headers'),
    body: pg.jsonb('body'),
    /**
     * What the request has brought about so far, written in the same transactions. A request that is repeated after a
     * crash finds it.
     */
    effects: pg.jsonb('effects').notNull().default({}),
    createdAt: createdAt(),
  },
  (t) => [pg.primaryKey({ columns: [t.principal, t.key] }), pg.index('idempotency_keys_age').on(t.createdAt)],
);
