import { withDatabase } from '@freshet/testing';
import { listAudit } from './access/audit.ts';
import { listDeliveries } from './webhooks/delivery-log.ts';
import { listItems, listRefreshes } from './refreshes/refresh-read.ts';
import { listAllocations } from './portfolios/results-read.ts';

const { pool } = await withDatabase({ max: 1, durable: false, byKey: true });

/** So many of everything, and one in a thousand that is rare. */
const MANY = 5_000;
const RARE = MANY / 1_000;
/** A page and what it takes to find it, however many there are. */
const FEW = 60;

const statements = [
  `insert into refreshes (id, kind, mode, identity, scope, status, rank, source, role, deadline_at, accepted_at)
   select 'ref_' || lpad(i::text, 6, '0'), case when i % 1000 = 1 then 'strategy' else 'prices' end, 'smart', i, i,
     case when i % 1000 = 2 then 'failed' else 'success' end, 20, 'manual', 'user', now(), now() - i * interval '1 minute'
   from generate_series(1, ${MANY}) i`,
  `insert into refresh_callers (refresh_id, key_id, role) select id, 'key', 'user' from refreshes`,
  `insert into refresh_items (refresh_id, subject, data, state)
   select 'ref_000001', 'S' || i, 'quote', case when i % 1000 = 3 then 'failed' else 'updated' end from generate_series(1, ${MANY}) i`,
  `insert into audit_log (at, action) select now() - i * interval '1 minute', case when i % 1000 = 4 then 'key.revoked' else 'holding.changed' end
   from generate_series(1, ${MANY}) i`,
  `insert into webhook_endpoints (id, user_id, url, events, secret) values ('whk', 'usr', '', '{}', '')`,
  `insert into webhook_deliveries (id, endpoint_id, event, message_id, payload, state, created_at)
   select i, 'whk', '', i, '{}', case when i % 1000 = 5 then 'failed' else 'delivered' end, now() - i * interval '1 minute' from generate_series(1, ${MANY}) i`,
  `insert into allocations (strategy_id, as_of, symbol, weight, session)
   select 'stg', '2026-01-01'::timestamptz + run * interval '1 day', 'S' || i, 0.1, '2026-01-01' from generate_series(1, ${MANY / 10}) run, generate_series(1, 10) i`,
];

beforeAll(async () => {
  for (const statement of statements) await pool.query(statement);
  await pool.query('analyze');
});

/** Rows of all tables, whether an index led to them or not. */
async function rowsRead(): Promise<number> {
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ n: number }>(
    'select sum(coalesce(idx_tup_fetch, 0) + seq_tup_read)::int as n from pg_stat_user_tables',
  );
  return rows[0]?.n ?? 0;
}

const page = { limit: FEW / 2 };
const everybody = { ...page, userId: null };

test.each([
  ['refreshes of a rare kind', RARE, () => listRefreshes(pool, { ...page, kind: 'strategy' })],
  ['refreshes that failed', RARE, () => listRefreshes(pool, { ...page, status: 'failed' })],
  ['refreshes of a kind that there are none of', 0, () => listRefreshes(pool, { ...page, kind: 'group' })],
  ['items that failed', RARE, () => listItems(pool, 'ref_000001', { ...page, state: 'failed' })],
  ['entries of a rare change', RARE, () => listAudit(pool, { ...page, action: 'key.revoked' })],
  ['entries of refreshes of a rare kind', 2 * RARE, () => listAudit(pool, { ...page, action: 'refresh.strategy' })],
  ['deliveries that failed, of everybody', RARE, () => listDeliveries(pool, { ...everybody, state: 'failed' })],
  [
    'allocations of runs that are long past',
    page.limit,
    () => listAllocations(pool, 'stg', { ...page, all: true, after: { asOf: new Date('2026-09-08'), symbol: 'S5' } }),
  ],
])('%s are found among many without reading the others', async (_, found, list) => {
  const before = await rowsRead();
  expect(await list()).toHaveLength(found);
  expect((await rowsRead()) - before).toBeLessThan(FEW);
});
