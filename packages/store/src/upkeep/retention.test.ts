import { parseLimits } from '@freshet/runtime';
import { quoteToStore, withDatabase } from '@freshet/testing';
import { NOBODY } from '../access/audit.ts';
import { replayDelivery } from '../webhooks/delivery-log.ts';
import { withTx } from '../database/pool.ts';
import { storeQuotes } from '../prices/quotes-write.ts';
import { cleanUp } from './retention.ts';

const { pool } = await withDatabase();

beforeAll(async () => {
  // How many items each statement deletes, those of a cascade too.
  await pool.query(`
    create table deleted_at_once (n int);
    create function note_deleted() returns trigger language plpgsql as
      $$ begin insert into deleted_at_once select count(*) from gone; return null; end $$;
    create trigger note after delete on refresh_items referencing old table as gone
      for each statement execute function note_deleted();
    create function refuse() returns trigger language plpgsql as $$ begin raise 'not this one'; end $$`);
});
beforeEach(() => pool.query('truncate deleted_at_once, refreshes, events, idempotency_keys cascade'));

/** Refreshes that ended so many days ago, with items. */
async function endedAgo(days: number, ids: string[], items: number): Promise<void> {
  await pool.query(
    `insert into refreshes (id, kind, mode, target, identity, scope, rank, source, role, status, accepted_at, ended_at, deadline_at)
     select id, 'all', 'smart', '{}', id, id, 20, 'schedule', 'system', 'success', at, at, at
     from unnest($1::text[]) id, (select now() - make_interval(days => $2) as at) t`,
    [ids, days],
  );
  await pool.query(
    `insert into refresh_items (refresh_id, subject, data, state)
     select id, 'S' || n, 'quote', 'updated' from unnest($1::text[]) id, generate_series(1, $2::int) n`,
    [ids, items],
  );
}

/** An event and an answer that are past their time. */
const oldRest = () =>
  pool.query(`
    insert into events (type, items, number, at) values ('price_update', '[]', 1, now() - interval '5 days'), ('price_update', '[]', 2, now());
    insert into idempotency_keys (principal, key, fingerprint, created_at) values ('key_a', 'k', 'f', now() - interval '2 days'), ('key_a', 'young', 'f', now() - interval '23 hours')`);

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

/** Does it in a process whose clock is so much ahead. */
async function whereClockIs<T>(aheadMs: number, work: () => Promise<T>): Promise<T> {
  const Right = Date;
  globalThis.Date = class extends Right {
    constructor(...at: [] | [number | string | Date]) {
      super(at.length === 0 ? Right.now() + aheadMs : at[0]);
    }
    static override now() {
      return Right.now() + aheadMs;
    }
  } as DateConstructor;
  return work().finally(() => {
    globalThis.Date = Right;
  });
}

/** For so many days of the series, and of the audit log; 0: that for ever. */
const keeping = (seriesDays: number, auditDays = 0) => ({ seriesDays, auditDays });

const left = async (table: string) => (await pool.query(`select count(*) as n from ${table}`)).rows[0].n;

test('items of old refreshes go in chunks, before their refreshes, and what is young stays', async () => {
  await endedAgo(31, ['large', 'larger'], 6_000);
  await endedAgo(31, ['small'], 3);
  await endedAgo(29, ['young'], 3);
  expect(await cleanUp(pool, keeping(30))).toMatchObject({ removed: { refreshes: 3 }, failed: [] });
  const { rows } = await pool.query('select sum(n)::int as n, max(n) as most from deleted_at_once');
  expect(rows).toEqual([{ n: 12_003, most: 5_000 }]);
  expect([await left('refreshes'), await left('refresh_items')]).toEqual([1, 3]);
});

test('a late quote still lands where the series is kept for fewer days than its age, and goes with the next clean', async () => {
  const late = () =>
    withTx(pool, (client) => storeQuotes(client, [quoteToStore('LATE', '5', { quoteTime: daysAgo(10) })]));
  await pool.query(
    `create table financial_time_series_2020_01_02 partition of financial_time_series
     for values from ('2020-01-02T00:00:00Z') to ('2020-01-03T00:00:00Z')`,
  );
  const { symbols } = await late();
  expect([...symbols, await left('financial_time_series')]).toEqual(['LATE', 1]);
  // The day of the quote, and the one that is long past.
  expect(await cleanUp(pool, keeping(7))).toMatchObject({ removed: { partitions: 2 }, failed: [] });
  expect(await left('financial_time_series')).toBe(0);
  await late();
  expect(await left('financial_time_series')).toBe(1);
});

test('a process whose clock is a month off drops no day that the database is in, and makes those that it is about to be in', async () => {
  const days = async () => {
    const { rows } = await pool.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'financial_time_series'::regclass order by 1`,
    );
    return rows.map(({ name }) => name);
  };
  const before = await days();
  for (const off of [-32, 32]) {
    const cleaned = await whereClockIs(off * 86_400_000, () => cleanUp(pool, keeping(30)));
    expect(cleaned).toMatchObject({ failed: [] });
    expect((await days()).slice(-38)).toEqual(before.slice(-38));
  }
});

test('the use of a quota is kept for longer than the longest window that can be configured', async () => {
  await pool.query(
    `insert into provider_usage (provider, key_hash, "window", period_start, reserved)
     select 'fmp', 'k', '92 days', now() - make_interval(days => days), 1 from unnest('{95,101}'::int[]) days
     union all select 'fmp', 'k', 'epoch', now() - interval '200 days', 0`,
  );
  await cleanUp(pool, keeping(30));
  expect(parseLimits('1000/92d')).not.toBeNull();
  expect(parseLimits('1000/93d')).toBeNull();
  const { rows } = await pool.query(
    'select extract(day from now() - period_start)::int as days from provider_usage order by 1',
  );
  expect(rows).toEqual([{ days: 95 }, { days: 200 }]);
});

test('what is over goes by its age: sessions, deliveries, and ticks but for the last of each schedule; what is sent again stays', async () => {
  await pool.query(`insert into users (id, name) values ('usr_0', 'Nobody')`);
  await pool.query(
    `insert into api_keys (id, user_id, role, name, prefix, hash) values ('key_0', 'usr_0', 'user', '', '', '')`,
  );
  await pool.query(
    `insert into webhook_endpoints (id, user_id, url, events, secret) values ('whk_0', 'usr_0', '', '{}', '')`,
  );
  await pool.query(
    `insert into sessions (token_hash, key_id, kind, expires_at) select n, 'key_0', 'session', now() + n * interval '1 minute' from unnest('{-1,1}'::int[]) n`,
  );
  await pool.query(
    `insert into webhook_deliveries (id, endpoint_id, event, message_id, payload, state, created_at, next_attempt_at)
     select n::text, 'whk_0', '', n::text, '{}'::jsonb, 'pending', now() - make_interval(days => n), now() - make_interval(days => n)
     from unnest('{29,31}'::int[]) n
     union all select 'again', 'whk_0', '', '32', '{}'::jsonb, 'failed', now() - make_interval(days => 32), now() - make_interval(days => 32)`,
  );
  await replayDelivery(pool, 'again', null, NOBODY);
  await pool.query(
    `insert into ticks (schedule, tick) select name, now() - make_interval(days => n) from (values ('deep', 70), ('deep', 40), ('live', 35), ('live', 29), ('live', 5)) t(name, n)`,
  );
  expect(await cleanUp(pool, keeping(30))).toMatchObject({
    removed: { sessions: 1, webhook_deliveries: 1, ticks: 2 },
    failed: [],
  });
  const { rows } = await pool.query<{ left: string }>(
    `select 'session ' || token_hash as left from sessions union all select 'delivery ' || id from webhook_deliveries
     union all select schedule || extract(day from now() - tick) from ticks order by 1`,
  );
  expect(rows.map((row) => row.left)).toEqual([
    'deep40',
    'delivery 29',
    'delivery again',
    'live29',
    'live5',
    'session 1',
  ]);
});

test('the last event stays however old it is, for the numbers go on from it; so does what was never published', async () => {
  await pool.query(
    `insert into events (type, items, number, at)
     select 'price_update', '[]', n, now() - make_interval(days => days) from (values (6, 5), (7, 2), (8, 5), (null, 5)) t(n, days)`,
  );
  expect(await cleanUp(pool, keeping(30))).toMatchObject({ removed: { events: 1 }, failed: [] });
  expect(await left('events')).toBe(3);
});

test('what can not be cleaned is told, and keeps nothing else from being cleaned', async () => {
  await endedAgo(31, ['old'], 3);
  await oldRest();
  await pool.query('create trigger refuse before delete on refreshes for each row execute function refuse()');
  const { removed, failed } = await cleanUp(pool, keeping(30));
  await pool.query('drop trigger refuse on refreshes');
  expect(removed).toMatchObject({ events: 1, idempotency_keys: 1 });
  expect(removed).not.toHaveProperty('refreshes');
  expect(failed).toEqual([{ what: 'refreshes', error: expect.objectContaining({ message: 'not this one' }) }]);
  expect([await left('events'), await left('idempotency_keys'), await left('refreshes')]).toEqual([1, 1, 1]);
  expect(await cleanUp(pool, keeping(30))).toMatchObject({ removed: { refreshes: 1 }, failed: [] });
});

test('anomalies and alerts go a quarter after they were resolved; what is open stays however old it is', async () => {
  const ages = [
    ['old', 100, 91],
    ['young', 100, 89],
    ['open', 100, null],
  ];
  for (const [name, began, resolved] of ages) {
    await pool.query(
      `insert into anomalies (symbol, "check", state, source, detail, at, resolved_at)
       values ($1, 'jump', 'held', 'yahoo', '', now() - make_interval(days => $2), now() - make_interval(days => $3))`,
      [name, began, resolved],
    );
    await pool.query(
      `insert into alerts (name, severity, detail, created_at, resolved_at)
       values ($1, 'warning', '', now() - make_interval(days => $2), now() - make_interval(days => $3))`,
      [name, began, resolved],
    );
  }
  expect(await cleanUp(pool, keeping(30))).toMatchObject({ removed: { anomalies: 1, alerts: 1 }, failed: [] });
  const { rows } = await pool.query(
    'select symbol as name from anomalies union all select name from alerts order by name',
  );
  expect(rows.map(({ name }) => name)).toEqual(['open', 'open', 'young', 'young']);
});

test('what went is in the audit log, table by table, and what could not go with its reason', async () => {
  await endedAgo(31, ['old'], 3);
  await oldRest();
  await pool.query('create trigger refuse before delete on events for each row execute function refuse()');
  await cleanUp(pool, keeping(30));
  await pool.query('drop trigger refuse on events');
  const { rows } = await pool.query(`select role, user_id, action, detail from audit_log order by id desc limit 1`);
  expect(rows).toEqual([
    {
      ...{ role: 'system', user_id: null, action: 'cleanup.finished' },
      detail: {
        removed: expect.objectContaining({ partitions: 0, refreshes: 1, idempotency_keys: 1, sessions: 0 }),
        failed: [{ what: 'events', error: 'not this one' }],
      },
    },
  ]);
});

test('the audit log is kept for ever, or as long as is wanted, and what a portfolio had in cash for as long as it is there', async () => {
  await pool.query(`truncate audit_log; insert into users (id, name) values ('usr_audited', 'Bea')`);
  await pool.query(`insert into portfolios (id, user_id, name) values ('pf_there', 'usr_audited', 'There')`);
  await pool.query(
    `insert into audit_log (at, action, subject, detail) select now() - make_interval(days => days), action, subject, detail::jsonb from (values
       (800, 'key.created', 'key_old', null), (800, 'portfolio.changed', 'pf_there', '{"cash":"5","cash_was":"0"}'),
       (800, 'portfolio.changed', 'pf_there', '{"name":"x"}'), (800, 'portfolio.read', 'pf_there', null), (800, 'portfolio.created', 'pf_gone', '{"cash":"7"}'),
       (700, 'key.created', 'key_young', null)) t(days, action, subject, detail)`,
  );
  const told = async () => {
    const { rows } = await pool.query(
      `select action || ' ' || subject as entry from audit_log where action not like 'cleanup%' order by 1`,
    );
    return rows.map(({ entry }) => entry);
  };
  const { removed } = await cleanUp(pool, keeping(30));
  expect(removed).not.toHaveProperty('audit_log');
  expect(await told()).toHaveLength(6);
  expect(await cleanUp(pool, keeping(30, 730))).toMatchObject({ removed: { audit_log: 4 } });
  expect(await told()).toEqual(['key.created key_young', 'portfolio.changed pf_there']);
});
