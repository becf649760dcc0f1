import { ownRedis, type OwnServer, refreshToAccept, testDatabase, withDatabase } from '@freshet/testing';
import { redisProducer, whenReady, type Redis } from '@freshet/runtime';
import { acceptUnlimited, createPool, examine, newId, writeProviderStatus } from '@freshet/store';
import type { Check, Patient } from './check.ts';
import { CHECKS } from './checks.ts';
import { type Examined, examineAll } from './examine-all.ts';

const { pool, url } = await withDatabase();
let server: OwnServer;
let redis: Redis;

beforeAll(async () => {
  server = await ownRedis();
  redis = redisProducer(server.url);
  await whenReady(redis, 5_000);
});
afterAll(async () => {
  redis.disconnect();
  await server.remove();
});

function checkOf(title: RegExp): Check {
  const found = CHECKS.find((check) => title.test(check.title));
  if (!found) throw new Error(`no check ${title}`);
  return found;
}

async function see(title: RegExp, fix = false, of: Partial<Patient> = {}): Promise<Examined> {
  const examination = () => examine(pool);
  const patient: Patient = {
    databaseUrl: url,
    pool,
    redis,
    client: null,
    api: 'http://127.0.0.1:9',
    examination,
    ...of,
  };
  const [examined] = await examineAll([checkOf(title)], patient, { fix, onExamined: () => {} });
  return examined as Examined;
}

async function accept(deadlineS: number): Promise<string> {
  const id = newId('refresh');
  await acceptUnlimited(pool, [refreshToAccept(id, { kind: 'prices', rank: 30, deadlineS })]);
  return id;
}

test('a Redis that may drop queued work is found, and mended until it restarts', async () => {
  expect(await see(/^Redis/)).toMatchObject({ state: 'ok' });
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  const found = await see(/^Redis/);
  expect(found).toMatchObject({ state: 'trouble', detail: 'its maxmemory-policy lets it drop queued work' });
  expect(found.todo).toContain('--fix');
  expect(await see(/^Redis/, true)).toMatchObject({ state: 'fixed' });
  expect(await see(/^Redis/)).toMatchObject({ state: 'ok' });
});

test('a Redis that is nearly full is found', async () => {
  const used = Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
  await redis.config('SET', 'maxmemory', String(Math.round(used * 1.1)));
  expect((await see(/^Redis/)).detail).toMatch(/% of its memory is used$/);
  await redis.config('SET', 'maxmemory', '0');
});

test('migrations that are missing are found and applied; edited and newer ones are only told', async () => {
  expect(await see(/schema/)).toMatchObject({ state: 'ok' });
  await pool.query(`update drizzle.__drizzle_migrations set hash = 'other'`);
  expect((await see(/schema/, true)).detail).toContain('was applied with other contents');
  await pool.query('update drizzle.__drizzle_migrations set created_at = created_at + 1');
  expect((await see(/schema/, true)).detail).toMatch(/^a newer version has migrated it \(\d+ unknown\)$/);

  const empty = await testDatabase({ empty: true });
  const other = createPool({ url: empty.url });
  const there = { databaseUrl: empty.url, pool: other };
  expect((await see(/schema/, false, there)).detail).toMatch(/^0000_\w+.* isn't applied$/);
  expect(await see(/schema/, true, there)).toMatchObject({ state: 'fixed' });
  expect(await see(/schema/, false, there)).toMatchObject({ state: 'ok' });
  await other.end();
  await empty.drop();
});

test('days without a partition are found and made', async () => {
  const { rows } = await pool.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'financial_time_series'::regclass and c.relname >= 'financial_time_series_' || to_char(now(), 'YYYY_MM_DD')`,
  );
  for (const { name } of rows) await pool.query(`drop table ${name}`);
  expect((await see(/room for the days/)).detail).toBe('there is no partition for today');
  expect(await see(/room for the days/, true)).toMatchObject({ state: 'fixed' });
  expect(await see(/room for the days/)).toMatchObject({ state: 'ok' });
});

test('a refresh past its deadline is found and ended; one that is not due is left alone', async () => {
  const [late, early] = [await accept(1), await accept(600)];
  expect(await see(/deadlines/)).toMatchObject({ state: 'ok' });
  await pool.query(`update refreshes set deadline_at = now() - interval '1 minute' where id = $1`, [late]);
  expect((await see(/deadlines/)).detail).toBe('1 are past their deadline and have not ended');
  expect((await see(/deadlines/, true)).detail).toContain('ended 1 as timed_out');
  const { rows } = await pool.query('select id, status from refreshes where id = any($1) order by status', [
    [late, early],
  ]);
  expect(rows).toEqual([
    { id: early, status: 'queued' },
    { id: late, status: 'timed_out' },
  ]);
});

test('a refresh that nobody has rung is found', async () => {
  await pool.query(`update refreshes set accepted_at = now() - interval '1 minute' where status = 'queued'`);
  expect((await see(/deadlines/)).detail).toBe('1 wait without a job in Redis');
  await pool.query('truncate refreshes cascade');
});

test('a want in the hands of a call that must be dead is found and freed', async () => {
  const claim = (age: string) =>
    pool.query(
      `insert into wants (symbol, data, class, lane, rank, turn, owner, fresh_after, call_id, claimed_at)
       values ($1, 'quote', 'equity', 'yahoo', 20, 1, 'a', now(), 'call-' || $1, now() - $1::interval)`,
      [age],
    );
  await claim('10 seconds');
  expect(await see(/dead call/)).toMatchObject({ state: 'ok' });
  await claim('10 minutes');
  expect((await see(/dead call/)).detail).toBe('1 calls of yahoo hold wants for more than 3 min');
  expect((await see(/dead call/, true)).detail).toContain('freed 1 wants');
  const { rows } = await pool.query('select symbol from wants where call_id is not null');
  expect(rows).toEqual([{ symbol: '10 seconds' }]);
});

test('schedules that nobody fires are found, unless they were stopped on purpose', async () => {
  expect((await see(/schedules tick/)).detail).toBe('there are none');
  await pool.query(`insert into schedules (name, spec) values ('live', '{"kind":"every","seconds":30}')`);
  // Just made, nothing is due.
  expect(await see(/schedules tick/)).toMatchObject({ state: 'ok' });
  await pool.query(`update schedules set changed_at = now() - interval '5 minutes'`);
  expect((await see(/schedules tick/)).detail).toBe('live should have ticked');
  await pool.query(`insert into ticks (schedule, tick) values ('live', now() - interval '10 seconds')`);
  expect(await see(/schedules tick/)).toMatchObject({ state: 'ok' });
  await pool.query(`truncate ticks`);
  await pool.query(`insert into ticks (schedule, tick) values ('live', now() - interval '5 minutes')`);
  expect((await see(/schedules tick/)).detail).toBe('live should have ticked');
  await pool.query(`insert into settings (name, value) values ('scheduler_running', 'false')`);
  expect(await see(/schedules tick/)).toMatchObject({ state: 'ok' });
});

test('a schedule whose times cannot be worked out is found, and hides no other', async () => {
  await pool.query(`truncate schedules, ticks, settings`);
  await pool.query(
    `insert into schedules (name, spec, changed_at, enabled) values
       ('daily', '{"kind":"cron","pattern":"0 8 * * *","zone":"America/New_Yrok"}', now(), true),
       ('weekly', '{"kind":"cron","pattern":"0 2 * * 0","zone":"Mars/Base"}', now(), false),
       ('live', '{"kind":"every","seconds":30}', now() - interval '5 minutes', true)`,
  );
  const unknown =
    "daily can't be worked out: unknown time zone America/New_Yrok; use an IANA name like America/New_York";
  expect(await see(/schedules tick/)).toMatchObject({
    state: 'trouble',
    detail: `live should have ticked; ${unknown}`,
    todo: expect.stringMatching(/npm run scheduler.* PUT /),
  });
  await pool.query(`delete from schedules where name = 'live'`);
  expect(await see(/schedules tick/)).toMatchObject({ state: 'trouble', detail: unknown });
});

test('events that nobody relays are found', async () => {
  const write = (at: string) =>
    pool.query(`insert into events (type, items, at) values ('alert', '[]', now() - $1::interval)`, [at]);
  await pool.query('truncate events');
  await write('1 second');
  expect(await see(/relayed/)).toMatchObject({ state: 'ok', detail: '1 are on their way' });
  await write('1 minute');
  expect((await see(/relayed/)).detail).toMatch(/^2 wait, the oldest for 6\d s$/);
});

/** As a worker has written it down of a provider that is down. */
const DOWN = {
  provider: 'finnhub',
  title: 'Finnhub',
  enabled: true,
  because: null,
  notice: null,
  health: 'down',
  reliability: 0,
  breaker: 'open',
  parked_until: null,
  serves: {},
  preference: {},
  windows: [],
  requests_per_minute: 0,
  concurrency: 1,
  latency_ms: null,
  last_success_at: null,
};

test('a provider that has failed for long is found, with what to do; one that fails for a moment is only told of', async () => {
  const failing = async (forMs: number, of: object = {}) => {
    const since = new Date(Date.now() - forMs).toISOString();
    const last_error = { kind: 'unavailable', detail: 'no answer within 10 s', at: since };
    await writeProviderStatus(pool, [
      { provider: 'finnhub', status: { ...DOWN, failing_since: since, last_error, ...of } },
    ]);
    return see(/providers answer/);
  };
  expect(await failing(7_200_000)).toMatchObject({
    state: 'trouble',
    detail: 'Finnhub fails, first 2 h ago: no answer within 10 s',
    todo: expect.stringContaining('freshet sources'),
  });
  const brief = 'Finnhub fails, first 60 s ago: no answer within 10 s';
  expect(await failing(60_000)).toMatchObject({ state: 'ok', detail: brief });
  const off = { state: 'ok', detail: 'none of 0 is down' };
  expect(await failing(7_200_000, { enabled: false })).toMatchObject(off);
  for (const well of [{ breaker: 'closed' }, { failing_since: null }, { health: 'off' }]) {
    expect(await failing(7_200_000, well)).toMatchObject({ state: 'ok', detail: 'none of 1 is down' });
  }
  const unreliable = { health: 'degraded', breaker: 'closed' };
  expect((await failing(60_000, unreliable)).detail).toBe('none of 1 is down; unreliable of late: Finnhub');
  expect(await see(/providers answer/, false, { pool: null })).toMatchObject({ state: 'unseen' });
});

test('a provider that refuses its key is found, with the variable to correct', async () => {
  const status = {
    ...DOWN,
    last_error: { kind: 'bad_key', detail: 'Invalid API key.', at: '2026-01-01T00:00:00.000Z' },
  };
  await writeProviderStatus(pool, [{ provider: 'finnhub', status }]);
  expect(await see(/their keys/)).toMatchObject({
    state: 'trouble',
    detail: 'Finnhub: Invalid API key.',
    todo: 'Correct FINNHUB_API_KEY and restart the workers.',
  });
  await writeProviderStatus(pool, [
    { provider: 'finnhub', status: { ...status, last_success_at: '2026-01-02T00:00:00.000Z' } },
  ]);
  expect(await see(/their keys/)).toMatchObject({ state: 'ok' });
});

test('processes that are not there, and an API that does not answer, are found', async () => {
  expect((await see(/run$/)).detail).toBe('no api and no worker and no scheduler is connected to the database');
  const names = ['freshet-api', 'freshet-worker', 'freshet-scheduler'];
  const connected = names.map((name) => createPool({ url, name }));
  await Promise.all(connected.map((each) => each.query('select 1')));
  expect(await see(/run$/)).toMatchObject({ state: 'ok' });
  await Promise.all(connected.map((each) => each.end()));
  expect((await see(/API/)).detail).toBe('nothing answers at http://127.0.0.1:9');
});

test('what can not be reached from here is said, and what throws is a trouble', async () => {
  expect(await see(/dead call/, false, { pool: null })).toMatchObject({ state: 'unseen' });
  expect(await see(/^Redis/, false, { redis: null })).toMatchObject({ state: 'unseen' });
  const examination = () => Promise.reject(new Error('the database is away'));
  expect(await see(/relayed/, false, { examination })).toMatchObject({
    state: 'trouble',
    detail: 'it could not be looked at: the database is away',
  });
});
