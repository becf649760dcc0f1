import type { Problem } from '@freshet/contracts';
import { createKey, createUser } from '@freshet/store';
import { GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';
import { endRefresh, waitingFor } from './ended.fixture.ts';

/** Where the limits of requests lie, to the last value that is accepted, and what small print of answers clients rely on. */
let api: TestApi;
let portfolio: string;
beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS, publicUrl: 'https://freshet.example.com' });
  const made = await api.ask('user', 'POST /api/v1/portfolios', { body: { name: 'P' } });
  portfolio = `/api/v1/portfolios/${String(made.body.portfolio_id)}`;
});
afterAll(() => api.stop());

const PRICES = 'POST /api/v1/manual/refresh/prices';
const strategy = { name: 'S', method: 'equal_weight', symbols: ['AAPL'] };
const symbols = (n: number) => Array.from({ length: n }, (_, i) => `S${i}`);
const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });

test.each([
  ['a reason', PRICES, { symbols: ['A'], reason: 'x'.repeat(500) }, { reason: 'x'.repeat(501) }],
  ['a deadline', PRICES, { symbols: ['A'], deadline_s: 86_400 }, { deadline_s: 86_401 }],
  ['an age', PRICES, { symbols: ['A'], max_age_s: 604_800 }, { max_age_s: 604_801 }],
  [
    'a watchlist',
    'POST /api/v1/watchlists',
    { name: 'W', symbols: symbols(500) },
    { name: 'W', symbols: symbols(501) },
  ],
  ['a name', 'POST /api/v1/watchlists', { name: 'x'.repeat(100) }, { name: 'x'.repeat(101) }],
  ['a lifetime', 'POST /api/v1/keys', { name: 'K', expires_in_s: 60 }, { name: 'K', expires_in_s: 59 }],
  ['a currency', 'POST /api/v1/portfolios', { name: 'P', currency: 'EUR' }, { name: 'P', currency: 'eur' }],
  ['options', 'POST /api/v1/strategies', strategy, { ...strategy, name: 'T', options: { a: 'x'.repeat(20_000) } }],
  ['nesting', PRICES, { symbols: ['A'], reason: 'r' }, { reason: nested(21) }],
])('%s is taken up to its bound, and refused beyond it', async (_, what, good, bad) => {
  expect((await api.ask('admin', what, { body: good })).status).toBeLessThan(300);
  const { status, body } = await api.ask<Problem>('admin', what, { body: bad });
  expect([status, body.code]).toEqual([422, 'invalid_request']);
});

test('a schedule ticks every second at most', async () => {
  const body = { spec: { kind: 'every', seconds: 0 } };
  const told = await api.ask<Problem>('admin', 'PUT /api/v1/scheduler/schedules/watchlist', { body });
  expect([told.status, told.body.code]).toEqual([422, 'invalid_request']);
});

test('too deep nesting is told before anything else of the body is looked at', async () => {
  const { body } = await api.ask<Problem>('admin', PRICES, { body: { reason: nested(21) } });
  expect(body.errors).toEqual([{ pointer: '', detail: 'is nested too deeply' }]);
});

test('a page has 1 to 200 rows', async () => {
  for (const [limit, expected] of [
    [0, 422],
    [1, 200],
    [200, 200],
    [201, 422],
  ])
    expect([limit, (await api.ask('admin', `GET /api/v1/refreshes?limit=${limit}`)).status]).toEqual([limit, expected]);
});

test('a cursor that somebody made up is refused, whatever it is made of', async () => {
  const cursor = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');
  const now = new Date().toISOString();
  for (const [path, place] of [
    ['assets', ['a\0b']],
    ['assets', []],
    ['assets', ['a', 'b']],
    ['alerts', [1.5]],
    ['alerts', ['1']],
    ['refreshes', [now]],
    ['refreshes', ['yesterday', 'ref_1']],
    ['assets', 'A'],
  ] as const) {
    const { status, body } = await api.ask<Problem>('admin', `GET /api/v1/${path}?cursor=${cursor(place)}`);
    expect([path, place, status, body.errors?.[0]?.parameter]).toEqual([path, place, 422, 'cursor']);
  }
});

test('twenty errors are told at most', async () => {
  const { body } = await api.ask<Problem>('admin', PRICES, { body: { symbols: Array(100).fill('not a symbol') } });
  expect(body.errors).toHaveLength(20);
});

test('a user fetches up to 100 symbols at once, like any other refresh', async () => {
  for (const what of ['POST /api/v1/market-data/fetch/batch', 'POST /api/v1/market-data/fetch/async'])
    for (const [n, expected] of [
      [101, 403],
      [100, 202],
    ] as const) {
      const options = { body: { symbols: symbols(n) }, headers: { prefer: 'wait=0' } };
      expect([what, n, (await api.ask('user', what, options)).status]).toEqual([what, n, expected]);
    }
});

test('who waited for the end is not told to come back', async () => {
  const waiting = api.ask('admin', PRICES, { body: { symbols: ['WAITED'] }, headers: { prefer: 'wait=20' } });
  await endRefresh(api, await waitingFor(api, 'WAITED'), { quotes: { WAITED: 1 } });
  const { status, headers } = await waiting;
  const told = ['retry-after', 'preference-applied', 'vary'].map((name) => headers.get(name));
  expect([status, ...told]).toEqual([200, null, 'wait=20', 'Prefer']);
});

test('a problem names the address that explains it, is never stored, and says when it may pass', async () => {
  const { body, headers } = await api.ask<Problem>('admin', 'GET /api/v1/refreshes/ref_none');
  expect([body.type, headers.get('cache-control')]).toEqual(['/problems#not_found', 'no-store']);
  expect((await api.ask(null, 'GET /problems')).text).toContain('id="not_found"');
});

test('answers are never sniffed and pages never framed', async () => {
  const { headers } = await api.ask('admin', 'GET /api/v1/me');
  expect([headers.get('x-content-type-options'), headers.get('content-security-policy')]).toEqual([
    'nosniff',
    "default-src 'none'; frame-ancestors 'none'",
  ]);
  const docs = await api.ask(null, 'GET /docs');
  expect([docs.headers.get('x-frame-options'), docs.headers.get('content-security-policy')]).toEqual([
    'DENY',
    expect.stringMatching(/default-src 'self'.*object-src 'none'.*frame-ancestors 'none'/),
  ]);
});

test('a session of a browser that reaches us by https is for https alone', async () => {
  const { headers } = await api.ask(null, 'POST /api/v1/session', { body: { key: api.keys.user } });
  const cookie = headers.get('set-cookie') ?? '';
  for (const part of ['HttpOnly', 'SameSite=Strict', 'Secure', 'Path=/']) expect(cookie).toContain(part);
});

test('an Idempotency-Key is nobody else’s, also of the same role and user', async () => {
  const user = await createUser(api.api.pool, 'Same role');
  const other = await createKey(api.api.pool, { userId: user?.id ?? '', role: 'user', name: 'other' });
  const sent = { body: { name: 'Mine' }, headers: { 'idempotency-key': 'shared' } };
  const [mine, theirs] = [
    await api.ask('user', 'POST /api/v1/watchlists', sent),
    await api.ask({ key: other.secret }, 'POST /api/v1/watchlists', sent),
  ];
  expect([theirs.status, theirs.headers.get('idempotent-replayed'), theirs.body.user_id]).toEqual([
    201,
    null,
    user?.id,
  ]);
  expect(theirs.body.watchlist_id).not.toBe(mine.body.watchlist_id);
});

test('of the versions that If-Match names any will do, and an older one alone changes nothing', async () => {
  const rename = (name: string, ifMatch: string) =>
    api.ask('user', `PATCH ${portfolio}`, { body: { name }, headers: { 'if-match': ifMatch } });
  expect((await rename('Two', '"v1"')).body.version).toBe(2);
  // Nothing would change, but the version isn't one that the caller knows.
  const old = await rename('Two', '"v1"');
  expect([old.status, old.headers.get('etag'), old.body.expected_version]).toEqual([412, '"v2"', 1]);
  const newer = await rename('Two', '"v3"');
  expect([newer.status, newer.body.expected_version]).toEqual([412, 3]);
  expect((await rename('Three', '"v2", "v1"')).body.version).toBe(3);
  expect((await rename('Four', Array.from({ length: 21 }, (_, i) => `"v${i}"`).join(', '))).status).toBe(400);
});

test('the audit log is narrowed to oneself by `me`', async () => {
  const { body } = await api.ask<{ data: { user_id: string }[] }>('admin', 'GET /api/v1/audit?user_id=me&limit=200');
  const me = await api.ask('admin', 'GET /api/v1/me');
  expect(new Set(body.data.map(({ user_id: id }) => id))).toEqual(new Set([me.body.user_id]));
});

test('an Idempotency-Key is refused for the same body at another address of the same kind', async () => {
  const second = await api.ask('user', 'POST /api/v1/portfolios', { body: { name: 'Q' } });
  const sent = { body: { symbol: 'KO', quantity: '1' }, headers: { 'idempotency-key': 'two-places' } };
  expect((await api.ask('user', `POST ${portfolio}/holdings`, sent)).status).toBe(201);
  const there = `POST /api/v1/portfolios/${String(second.body.portfolio_id)}/holdings`;
  const { status, body } = await api.ask('user', there, sent);
  expect([status, body.code]).toEqual([422, 'idempotency_key_reused']);
});

test('reads may be kept by their reader alone, and everything else by nobody', async () => {
  const kept = async (what: string, options = {}) =>
    (await api.ask('user', what, options)).headers.get('cache-control');
  expect(await kept('GET /api/v1/me')).toBe('private, no-cache');
  expect(await kept('POST /api/v1/watchlists', { body: { name: 'Kept' } })).toBe('no-store');
  expect(await kept('POST /api/v1/session', { body: { key: api.keys.user } })).toBe('no-store');
  expect(await kept('GET /livez')).toBe('no-store');
});

test('a page has 50 rows where nothing else is asked for', async () => {
  const { body } = await api.ask<{ data: unknown[] }>('admin', 'GET /api/v1/assets');
  expect(body.data).toHaveLength(50);
});

test('metrics and comparisons of somebody else’s portfolio are not among those of a user', async () => {
  const user = await createUser(api.api.pool, 'Measured');
  const key = await createKey(api.api.pool, { userId: user?.id ?? '', role: 'user', name: 'measured' });
  const made = await api.ask({ key: key.secret }, 'POST /api/v1/portfolios', { body: { name: 'Theirs' } });
  const id = String(made.body.portfolio_id);
  for (const period of ['1y', 'comparison'])
    await api.api.pool.query(`insert into metrics (subject, period, as_of, "values") values ($1, $2, now(), '{}')`, [
      id,
      period,
    ]);
  for (const path of [`metrics?subject=${id}`, 'metrics?limit=200', 'benchmark']) {
    const seen = async (as: Parameters<TestApi['ask']>[0]) =>
      (await api.ask(as, `GET /api/v1/${path}`)).text.includes(id);
    expect([path, await seen('user'), await seen({ key: key.secret }), await seen('support')]).toEqual([
      ...[path, false, true, true],
    ]);
  }
});

test('a strategy is not given the name of another', async () => {
  const make = (name: string) => api.ask('admin', 'POST /api/v1/strategies', { body: { ...strategy, name } });
  await make('Taken');
  const { body, headers } = await make('Free');
  const { status, body: told } = await api.ask('admin', `PATCH /api/v1/strategies/${String(body.strategy_id)}`, {
    body: { name: 'Taken' },
    headers: { 'if-match': headers.get('etag') ?? '' },
  });
  expect([status, told.code]).toEqual([409, 'conflict']);
});

test('the last page says that it is the last, also when it is full', async () => {
  const all = (await api.ask<{ data: unknown[] }>('admin', 'GET /api/v1/watchlists?limit=200')).body.data.length;
  const full = await api.ask<{ data: unknown[]; next_cursor: string | null }>(
    'admin',
    `GET /api/v1/watchlists?limit=${all}`,
  );
  expect([full.body.data.length, full.body.next_cursor, full.headers.get('link')]).toEqual([all, null, null]);
  const fewer = await api.ask('admin', `GET /api/v1/watchlists?limit=${all - 1}`);
  expect([typeof fewer.body.next_cursor, fewer.headers.get('link')]).toEqual(['string', expect.stringMatching(/next/)]);
});

test('any version will do for a reader who says so', async () => {
  const { status } = await api.ask('user', `GET ${portfolio}`, { headers: { 'if-none-match': '*' } });
  expect(status).toBe(304);
});

test('a poll says when it is worth to come back', async () => {
  const { body } = await api.ask('admin', PRICES, { body: { symbols: ['POLLED'] } });
  const polled = await api.ask<{ poll_after_ms: number }>('admin', `GET ${String(body.status_url)}`);
  expect(Number(polled.headers.get('retry-after'))).toBe(Math.ceil(polled.body.poll_after_ms / 1_000));
});

test('an address that a caller makes up is not the one that the audit log has', async () => {
  const headers = { 'x-forwarded-for': '6.6.6.6', 'x-request-id': 'made-up-address' };
  await api.ask('user', 'POST /api/v1/watchlists', { body: { name: 'From where' }, headers });
  const { rows } = await api.api.pool.query<{ remote_address: string }>(
    `select remote_address from audit_log where request_id = 'made-up-address'`,
  );
  expect(rows.map(({ remote_address: from }) => from)).toEqual([expect.stringContaining('127.0.0.1')]);
});
