import type { QueueStats } from '@freshet/queue';
import { createLogger } from '@freshet/runtime';
import { ensureBase, listAlerts } from '@freshet/store';
import { assertMessagesDescribed, withDatabase } from '@freshet/testing';
import { type AlertContext, lookForAlerts } from './alerts.ts';

const { pool, url } = await withDatabase();
let failed: number | null = 0;
let failedIn = 'refresh';
let pokes = 0;
let lanes: readonly string[] = [];

beforeAll(async () => {
  await ensureBase(url, { demo: false });
  await pool.query(
    `insert into webhook_endpoints (id, user_id, url, events, secret) values
       ('whk_all', 'usr_1', 'https://a.example', '{alert.*,provider.limit_warning}', 's'),
       ('whk_raised', 'usr_1', 'https://b.example', '{alert.raised}', 's'),
       ('whk_other', 'usr_1', 'https://c.example', '{refresh.completed}', 's')`,
  );
});
afterEach(() => assertMessagesDescribed(pool));
beforeEach(async () => {
  await pool.query(
    'truncate alerts, events, webhook_deliveries, provider_status, latest_quotes, audit_log restart identity',
  );
  [failed, pokes] = [0, 0];
  failedIn = 'refresh';
});

const context = (): AlertContext => ({
  pool,
  producer: {
    knowLanes: (known) => void (lanes = known),
    queueStats: async () => {
      if (failed === null) throw new Error('Redis is away');
      return [{ queue: failedIn, failed } as QueueStats];
    },
  },
  poke: () => void pokes++,
  log: createLogger({ name: 'test', level: 'silent' }),
});

const look = () => lookForAlerts(context());
const alerts = async () =>
  (await listAlerts(pool, { limit: 50 })).map(({ name, detail, resolvedAt }) => ({
    name,
    detail,
    open: resolvedAt === null,
  }));
const rows = async (text: string) => (await pool.query(text)).rows;
const events = () =>
  rows(`select items -> 0 ->> 'name' as name, (items -> 0 ->> 'resolved_at') is null as open from events
  where type = 'alert' and user_id is null order by id`);
const deliveries = () =>
  rows('select endpoint_id as to, event, payload from webhook_deliveries order by created_at, event, endpoint_id');

test('one job that keeps house and rests in the failed set is an alert until it gets through', async () => {
  [failed, failedIn] = [1, 'maintenance'];
  await look();
  expect(await alerts()).toMatchObject([{ name: 'upkeep_failed', open: true }]);
  failed = 0;
  await look();
  expect(await alerts()).toMatchObject([{ name: 'upkeep_failed', open: false }]);
});

test('an alert is raised once however many schedulers look and however often, is kept true, and ends once', async () => {
  failed = 11;
  await Promise.all([look(), look(), look(), look()]);
  await look();
  expect(await alerts()).toEqual([
    { name: 'jobs_failed', detail: expect.stringMatching(/^11 jobs rest in the failed set\. /), open: true },
  ]);
  failed = 12;
  await look();
  expect(await alerts()).toEqual([
    { name: 'jobs_failed', detail: expect.stringMatching(/^12 jobs rest in the failed set\. /), open: true },
  ]);
  expect(await events()).toEqual([{ name: 'jobs_failed', open: true }]);

  failed = null;
  await look();
  expect(await alerts()).toMatchObject([{ open: true }]);

  failed = 3;
  await Promise.all([look(), look(), look(), look()]);
  expect(await alerts()).toMatchObject([{ name: 'jobs_failed', open: false }]);
  expect(await events()).toEqual([
    { name: 'jobs_failed', open: true },
    { name: 'jobs_failed', open: false },
  ]);
  expect((await deliveries()).map(({ to, event }) => `${to} ${event}`)).toEqual([
    'whk_all alert.raised',
    'whk_raised alert.raised',
    'whk_all alert.resolved',
  ]);
  expect(pokes).toBe(2);

  failed = 20;
  await look();
  expect((await alerts()).map(({ open }) => open)).toEqual([true, false]);
});

test('a quota that is nearly spent warns of the limit too, and a refused key is told, as workers wrote them down', async () => {
  const day = { name: 'day', per_s: 86_400, limit: 25, used: 24, remaining: 1, resets_at: null, forecast: null };
  const status = { provider: 'alphavantage', title: 'Alpha Vantage', enabled: true, windows: [day], breaker: 'closed' };
  const refused = {
    ...status,
    provider: 'fmp',
    title: 'FMP',
    windows: [],
    health: 'off',
    because: 'Its key was refused: 401',
  };
  await pool.query(`insert into provider_status (provider, status) values ('alphavantage', $1), ('fmp', $2)`, [
    JSON.stringify(status),
    JSON.stringify(refused),
  ]);
  await look();
  expect(lanes).toEqual(['alphavantage', 'fmp']);
  expect(await alerts()).toEqual([
    { name: 'key_rejected', detail: expect.stringContaining('FMP is off: Its key was refused: 401.'), open: true },
    {
      name: 'quota_nearly_spent',
      detail: expect.stringContaining('Alpha Vantage has 4 % of its day left: 1 of 25.'),
      open: true,
    },
  ]);
  const [warning] = (await deliveries()).filter(({ event }) => event === 'provider.limit_warning');
  expect(warning).toMatchObject({ to: 'whk_all', payload: { provider: 'alphavantage', window: 'day', remaining: 1 } });

  // No worker has said anything for long: nobody knows, and nothing is taken back.
  await pool.query(`update provider_status set updated_at = now() - interval '2 minutes'`);
  await look();
  expect((await alerts()).every(({ open }) => open)).toBe(true);
});

test('a watched price of an open market that is too old raises an alert; so do events that nobody relays', async () => {
  await pool.query(`update assets set status = 'active' where symbol = 'BTC-USD'`);
  await pool.query(
    `insert into latest_quotes (symbol, price, currency, source, quote_time, fetched_at)
     values ('BTC-USD', 1, 'USD', 'binance', now(), now() - interval '10 minutes')`,
  );
  await pool.query(
    `insert into events (type, items, at) values ('cache_invalidation', '[]', now() - interval '1 minute')`,
  );
  await look();
  expect((await alerts()).map(({ name }) => name).sort()).toEqual([
    'cache_invalidation_late',
    'data_old',
    'stream_late',
  ]);
  expect((await alerts()).find(({ name }) => name === 'data_old')?.detail).toContain(
    'a watched crypto price is 10 min old while its market is open.',
  );
});

test('what a provider declares as its delay raises nothing, and hides nothing', async () => {
  await pool.query(`update assets set status = 'active' where symbol = 'BTC-USD'`);
  await pool.query(
    `insert into latest_quotes (symbol, price, currency, source, quote_time, fetched_at, delay_s)
     values ('BTC-USD', 1, 'USD', 'yahoo', now() - interval '15 minutes', now() - interval '1 minute', 900)`,
  );
  await look();
  expect(await alerts()).toEqual([]);
  await pool.query(`update latest_quotes set fetched_at = now() - interval '6 minutes'`);
  await look();
  expect(await alerts()).toMatchObject([{ name: 'data_old', open: true }]);
});

test('whether a worker has spoken lately is told by the clock that it was written down by', async () => {
  const refused = { provider: 'fmp', title: 'FMP', enabled: true, health: 'off', windows: [] };
  await pool.query(`insert into provider_status (provider, status) values ('fmp', $1)`, [JSON.stringify(refused)]);
  const RightDate = Date;
  globalThis.Date = class extends RightDate {
    constructor(at: string | number = RightDate.now() + 3_600_000) {
      super(at);
    }
  } as DateConstructor;
  try {
    await look();
  } finally {
    globalThis.Date = RightDate;
  }
  expect(await alerts()).toMatchObject([{ name: 'key_rejected', open: true }]);
});

test('writers that meet each other are counted from the audit log', async () => {
  await pool.query(
    `insert into audit_log (action) select case when n <= 6 then 'version_conflict' else 'holding_changed' end from generate_series(1, 40) n`,
  );
  await look();
  expect(await alerts()).toMatchObject([
    { name: 'conflicts', detail: expect.stringContaining('6 of 40 changes within 10 min met a newer version.') },
  ]);
});
