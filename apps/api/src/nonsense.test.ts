import type { Problem } from '@freshet/contracts';
import { type Operation, type OperationKey, operations } from '@freshet/contracts/api';
import { z } from 'zod';
import { GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS });
});
afterAll(() => api.stop());

const reads = (Object.entries(operations) as [OperationKey, Operation][]).filter(
  // What waits is asked by other tests; streams stay open.
  ([key, { media }]) => key.startsWith('GET /api/') && !key.includes('/fetch/') && media !== 'text/event-stream',
);
const REAL: Record<string, string> = { symbol: 'AAPL', name: 'hourly', watchlist_id: 'default', user_id: 'me' };
const pathOf = (key: string, names: Record<string, string>) =>
  key.replaceAll(/\{(\w+)\}/g, (_, name: string) => names[name] ?? 'x_1');

/** What no schema of a single field can see through: each was an error of the database once. */
const NONSENSE = [
  '%00',
  'a%00b',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00%2B14:00',
  '9999-12-31T23:59:59-14:00',
  '0001-01-01',
  '%2B275760-09-13T00:00:00Z',
  '275760-09-13',
  // Snapshots that aren't any: of no transaction, of more than there are, with others that ran than those between its ends.
  ...['0:0:', '18446744073709551615:18446744073709551615:', '9:3:', '5:9:3', '5:9:7,6', '1:10:20'],
  ...[
    [],
    [1],
    [1.5],
    [1e20],
    ['a'],
    ['a\0'],
    ['a', 'b'],
    ['2026-01-01T00:00:00.000Z', 'x'],
    ['0000-01-01T00:00:00.000Z', 1],
  ].map((place) => Buffer.from(JSON.stringify(place)).toString('base64url')),
];

describe('an address that makes no sense is the fault of who sends it', () => {
  test.each(reads.filter(([key]) => key.includes('{')).map(([key]) => key))('%s, by its path', async (key) => {
    const nuls = pathOf(key, new Proxy({}, { get: () => 'a%00b' }));
    expect((await api.ask<Problem>('admin', nuls)).body).toMatchObject({ status: 404, code: 'not_found' });
  });

  test.each(reads.filter(([, { query }]) => query).map(([key]) => key))('%s, by its query', async (key) => {
    const { query = z.object() } = operations[key] as Operation;
    for (const name of Object.keys(query.shape)) {
      for (const value of NONSENSE) {
        const { status, text } = await api.ask('admin', `${pathOf(key, REAL)}?${name}=${value}`);
        expect([name, value, status < 500, text]).toEqual([name, value, true, text]);
        if (value.includes('%00')) expect([name, status]).toEqual([name, 422]);
      }
    }
  });

  test('and is told which parameter it was', async () => {
    const nul = await api.ask<Problem>('admin', 'GET /api/v1/assets?limit=2&q=a%00');
    expect([nul.status, nul.body.errors?.[0]?.parameter]).toEqual([422, 'q']);
    const cursor = Buffer.from('["yesterday","ref_1"]').toString('base64url');
    const other = await api.ask<Problem>('admin', `GET /api/v1/refreshes?cursor=${cursor}`);
    expect([other.status, other.body.errors?.[0]?.parameter]).toEqual([422, 'cursor']);
  });
});

test('a parameter that there is not is refused wherever we alone word what is asked, and let pass by probes', async () => {
  for (const what of [
    'GET /api/v1/market-data/latest/AAPL?max_age_s=0',
    'GET /api/v1/me?x',
    'POST /api/v1/users?x=1',
  ]) {
    const { status, body } = await api.ask<Problem>(
      'admin',
      what,
      what.startsWith('POST') ? { body: { name: 'X' } } : {},
    );
    expect([what, status, body.errors?.[0]?.detail]).toEqual([what, 422, 'there is no such parameter']);
  }
  for (const what of ['GET /livez?_=1', 'GET /readyz?_=1', 'GET /metrics?_=1']) {
    expect([what, (await api.ask('admin', what)).status]).toEqual([what, 200]);
  }
});

test.each([
  ['a reason', 'POST /api/v1/manual/refresh/prices', '{"reason":"a\\u0000"}', '/reason'],
  ['half a character', 'POST /api/v1/watchlists', '{"name":"\\ud800"}', '/name'],
  ['a name', 'POST /api/v1/users', '{"name":"\\u0000"}', '/name'],
  ['a watchlist', 'POST /api/v1/market-data/watchlist/refresh', '{"watchlist_id":"\\u0000"}', '/watchlist_id'],
  ['an option', 'POST /api/v1/strategies', '{"options":{"x":[1,"\\u0000"]}}', '/options/x/1'],
  ["an option's name", 'POST /api/v1/strategies', '{"options":{"\\u0000":1}}', '/options'],
])('text that the database keeps nowhere is refused where it stands: %s', async (_, what, raw, pointer) => {
  const { status, body } = await api.ask<Problem>('admin', what, { raw });
  expect([status, body.code, body.errors?.[0]?.pointer]).toEqual([422, 'invalid_request', pointer]);
});

test('text with escapes, whole characters and what only looks like a NUL is kept as it is', async () => {
  const { status, body } = await api.ask('admin', 'POST /api/v1/watchlists', {
    raw: '{"name":"\\ud83d\\ude00 \\u00e9 \\\\u0000"}',
  });
  expect([status, body.name]).toEqual([201, '😀 é \\u0000']);
});

test('a history up to the first day there is begins there', async () => {
  const { status, body } = await api.ask('admin', 'GET /api/v1/market-data/historical/AAPL?to=0001-01-01');
  expect([status, body.from, body.to]).toEqual([200, '0001-01-01', '0001-01-01']);
});

test('a CSV has its columns, whether it has rows or none', async () => {
  const path = 'GET /api/v1/market-data/historical/AAPL?format=csv&from=1999-01-01&to=1999-01-31';
  const [daily, raw] = await Promise.all([api.ask('admin', path), api.ask('admin', `${path}&interval=raw`)]);
  expect(daily.text).toMatch(/^session,open,high,low,close,volume,adjusted_close,\S+,source\n$/);
  expect(raw.text).toBe('time,price,open,high,low,volume,source\n');
});

test('a strategy that is given the name of another is told so', async () => {
  const make = (name: string) =>
    api.ask('admin', 'POST /api/v1/strategies', { body: { name, method: 'equal_weight', symbols: ['AAPL'] } });
  await make('First');
  const { body } = await make('Second');
  const { status, body: problem } = await api.ask('admin', `PATCH /api/v1/strategies/${String(body.strategy_id)}`, {
    body: { name: 'First' },
    headers: { 'if-match': '"v1"' },
  });
  expect([status, problem.code]).toEqual([409, 'conflict']);
});

test('an amount that no number holds comes as text, or not at all', async () => {
  const make = (raw: string) => api.ask('user', 'POST /api/v1/portfolios', { raw: `{"name":"Rich","cash":${raw}}` });
  const [text, number, small] = await Promise.all(['"9007199254740993"', '9007199254740993', '0.1'].map(make));
  expect([text?.status, text?.body.cash]).toEqual([201, '9007199254740993']);
  expect(number?.status).toBe(422);
  expect([small?.status, small?.body.cash]).toEqual([201, '0.1']);
});
