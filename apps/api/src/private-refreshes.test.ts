import type { RefreshAccepted } from '@freshet/contracts';
import type { EstimateDetail } from '@freshet/contracts/api';
import { createKey, createUser } from '@freshet/store';
import { GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';

/** What refreshes tell a user of other people: nothing. */
let api: TestApi;
/** Somebody beside the demo's user, with a portfolio held against a benchmark of its own, and a list of what few know. */
let other: { userId: string; key: string };

beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS });
  const user = await createUser(api.api.pool, 'Somebody else');
  const { secret } = await createKey(api.api.pool, { userId: user?.id ?? '', role: 'user', name: 'theirs' });
  other = { userId: user?.id ?? '', key: secret };
  await api.ask({ key: secret }, 'POST /api/v1/portfolios', { body: { name: 'Theirs', benchmark: 'THEIRS' } });
  await api.ask({ key: secret }, 'POST /api/v1/watchlists', { body: { name: 'Theirs', symbols: ['SECRET'] } });
}, 60_000);
afterAll(() => api.stop());

const BENCHMARK = 'POST /api/v1/manual/refresh/benchmark';
const targetOf = async (id: string) => {
  const { rows } = await api.api.pool.query('select target, symbols from refreshes where id = $1', [id]);
  return rows[0];
};

test("a user's refresh of the benchmark is about the own portfolios, however it is asked for; staff's about everybody's", async () => {
  const body = { symbols: ['^GSPC'] };
  const mine = await api.ask<RefreshAccepted>('user', BENCHMARK, { body });
  expect((await targetOf(mine.body.refresh_id)).target).toEqual({ user_id: api.userId });
  const theirs = await api.ask<RefreshAccepted>({ key: other.key }, BENCHMARK, { body });
  expect([theirs.body.coalesced, (await targetOf(theirs.body.refresh_id)).target]).toEqual([
    false,
    { user_id: other.userId },
  ]);
  const staff = await api.ask<RefreshAccepted>('support', BENCHMARK, { body });
  expect((await targetOf(staff.body.refresh_id)).target).toEqual({});

  const refresh = { kind: 'benchmark', ...body };
  const trigger = (more: object) =>
    api.ask('user', 'POST /api/v1/webhooks/triggers', {
      body: { name: 'x', kind: 'external', refresh: { ...refresh, ...more } },
    });
  expect((await trigger({})).status).toBe(201);
  expect((await trigger({ user_id: other.userId })).status).toBe(404);
});

test('an estimate of it counts the own portfolios and benchmarks', async () => {
  const estimate = (as: Parameters<TestApi['ask']>[0]) =>
    api.ask<EstimateDetail>(as, 'POST /api/v1/refreshes/estimate', {
      body: { kind: 'benchmark', symbols: ['^GSPC', 'THEIRS'] },
    });
  const { rows } = await api.api.pool.query(
    'select count(*)::int as n, (count(*) filter (where user_id = $1))::int as mine from portfolios where active',
    [api.userId],
  );
  const [user, support] = [(await estimate('user')).body, (await estimate('support')).body];
  expect([user.portfolios, user.symbols]).toEqual([rows[0].mine, 1]);
  expect([support.portfolios, support.symbols]).toEqual([rows[0].n, 2]);
});

test('a schedule of what everybody watches is started by staff; a user names symbols, or is told to', async () => {
  const LIVE = 'POST /api/v1/scheduler/refresh';
  const refused = await api.ask('user', LIVE, { body: { schedule: 'live' } });
  expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
  expect(refused.body.detail).toContain('Name them in symbols');
  const named = await api.ask<RefreshAccepted>('user', LIVE, { body: { schedule: 'live', symbols: ['KO'] } });
  expect((await targetOf(named.body.refresh_id)).symbols).toEqual(['KO']);
  const staff = await api.ask<RefreshAccepted>('support', LIVE, { body: { schedule: 'live' } });
  expect((await targetOf(staff.body.refresh_id)).symbols).toContain('SECRET');
});

test('the schedule of portfolios, started by a user, is about what the own ones hold', async () => {
  const { status, body } = await api.ask<RefreshAccepted>('user', 'POST /api/v1/scheduler/refresh', {
    body: { schedule: 'portfolio' },
  });
  expect([status, (await targetOf(body.refresh_id)).target]).toEqual([202, { user_id: api.userId }]);
});

test('who joined sees in the list that they asked and why, and not who else did', async () => {
  const body = { symbols: ['NVDA', 'AMD'] };
  const PRICES = 'POST /api/v1/manual/refresh/prices';
  await api.ask({ key: other.key }, PRICES, { body: { ...body, reason: 'a private matter' } });
  const { refresh_id } = (await api.ask('user', PRICES, { body: { ...body, reason: 'curious' } })).body;

  type Rows = { data: { refresh_id: string; requested_by: string; request_reason: string | null }[] };
  const rowOf = async (as: Parameters<TestApi['ask']>[0], query = '') => {
    const { body: list, text } = await api.ask<Rows>(as, `GET /api/v1/refreshes?kind=prices${query}`);
    const row = list.data.find((each) => each.refresh_id === refresh_id);
    return { row, told: text };
  };
  const mine = await rowOf('user');
  expect(mine.row).toMatchObject({ requested_by: api.userId, request_reason: 'curious' });
  expect(mine.told).not.toContain('a private matter');
  expect(mine.told).not.toContain(other.userId);
  const first = { requested_by: other.userId, request_reason: 'a private matter' };
  expect((await rowOf({ key: other.key })).row).toMatchObject(first);
  expect((await rowOf('admin')).row).toMatchObject(first);
  // Nor by asking whether somebody did.
  expect((await rowOf('user', `&requested_by=${other.userId}`)).row).toBeUndefined();
  expect((await rowOf('user', '&requested_by=me')).row).toBeDefined();
  expect((await rowOf('admin', `&requested_by=${other.userId}`)).row).toBeDefined();
});
