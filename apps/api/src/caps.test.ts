import type { Problem } from '@freshet/contracts';
import type { WatchlistView } from '@freshet/contracts/api';
import { createKey, createUser } from '@freshet/store';
import { GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';

let api: TestApi;
/** The key of a person who has nothing yet. */
let key: string;
let userId: string;
let people = 0;
beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS });
});
afterAll(() => api.stop());
beforeEach(async () => {
  userId = (await createUser(api.api.pool, `Capped ${++people}`))?.id ?? '';
  key = (await createKey(api.api.pool, { userId, role: 'user', name: 'capped' })).secret;
});

const symbols = (prefix: string, n: number) => Array.from({ length: n }, (_, i) => `${prefix}${i}`);
const rows = (text: string, n: number) => api.api.pool.query(text, [userId, n]);

/** Sends all of them at once; how many were answered with each status. */
async function at(once: [what: string, body: object][]): Promise<Record<number, number>> {
  const answers = await Promise.all(once.map(([what, body]) => api.ask<Problem>({ key }, what, { body })));
  for (const { status, body } of answers) if (status !== 201) expect(body.code).toBe('cap_reached');
  return Object.fromEntries(
    Object.entries(Object.groupBy(answers, ({ status }) => status)).map(([status, of = []]) => [status, of.length]),
  );
}

test.each([
  ['POST /api/v1/watchlists', { name: 'One more' }, 'watchlists', 'id, user_id, name', `'wl_' || $1 || g, $1, 'w'`, 99],
  [
    'POST /api/v1/webhooks/endpoints',
    { url: 'https://hooks.example.com/' },
    'webhook_endpoints',
    'id, user_id, url, events, secret',
    `'whk_' || $1 || g, $1, 'https://hooks.example.com/', '{}', 's'`,
    49,
  ],
  [
    'POST /api/v1/webhooks/triggers',
    { name: 'One more', kind: 'external', refresh: { kind: 'symbols', symbols: ['AAPL'] } },
    'webhook_triggers',
    'id, user_id, key_id, name, kind, refresh, secret',
    `'trg_' || $1 || g, $1, 'key_x', 't', 'symbols', '{}', 's'`,
    49,
  ],
  [
    'POST /api/v1/portfolios',
    { name: 'One more' },
    'portfolios',
    'id, user_id, name',
    `'pf_' || $1 || g, $1, 'p'`,
    199,
  ],
] as const)(
  '%s is refused to who has the most already, also to those who ask at the same time',
  async (what, body, table, columns, values, n) => {
    await rows(`insert into ${table} (${columns}) select ${values} from generate_series(1, $2::int) g`, n);
    expect(await at(Array.from({ length: 5 }, () => [what, body]))).toEqual({ 201: 1, 409: 4 });
    const mine = await api.api.pool.query(`select count(*) as n from ${table} where user_id = $1`, [userId]);
    expect(mine.rows[0].n).toBe(n + 1);
  },
);

test('of all watchlists of a person the different symbols are counted, of made and changed lists and of single ones', async () => {
  const lists: WatchlistView[] = [];
  for (const prefix of ['A', 'B', 'C']) {
    const body = { name: prefix, symbols: symbols(prefix, 500) };
    lists.push((await api.ask<WatchlistView>({ key }, 'POST /api/v1/watchlists', { body })).body);
  }
  // The same symbols on another list are no more of them.
  expect(await at([['POST /api/v1/watchlists', { name: 'again', symbols: symbols('A', 500) }]])).toEqual({ 201: 1 });
  expect(await at([['POST /api/v1/watchlists', { name: 'most', symbols: symbols('D', 499) }]])).toEqual({ 201: 1 });
  const items = `POST /api/v1/watchlists/${lists[0]?.watchlist_id}/items`;
  const more: [string, object][] = symbols('MORE', 5).map((symbol) => [items, { symbol }]);
  expect(await at(more)).toEqual({ 201: 1, 409: 4 });
  const list = `/api/v1/watchlists/${lists[1]?.watchlist_id}`;
  const change = (to: string[], etag: string) =>
    api.ask<Problem>({ key }, `PATCH ${list}`, { body: { symbols: to }, headers: { 'if-match': etag } });
  // As many as before, one of them another.
  expect((await change([...symbols('B', 499), 'NEW1'], '"v1"')).status).toBe(200);
  const made = await api.ask<Problem>({ key }, 'POST /api/v1/watchlists', { body: { name: 'x', symbols: ['X1'] } });
  expect(made.body).toMatchObject({
    code: 'cap_reached',
    detail: "That would make 2001 watched symbols; 2000 is the most. Remove what isn't needed.",
  });
  const kept = await api.ask<WatchlistView>({ key }, `GET ${list}`);
  expect([kept.body.version, kept.body.symbols.at(-1)]).toEqual([2, 'NEW1']);
});

test('who has more than may be, from before there was a cap or from an admin, may change it and take of it, and not add', async () => {
  await rows(
    `insert into watchlists (id, user_id, name) select 'wl_' || $1 || g, $1, 'w' from generate_series(1, $2::int) g`,
    5,
  );
  await api.api.pool.query(
    `insert into watchlist_items (watchlist_id, symbol) select 'wl_' || $1 || l, 'S' || l || '-' || s
     from generate_series(1, 5) l, generate_series(1, 500) s`,
    [userId],
  );
  const path = `/api/v1/watchlists/wl_${userId}1`;
  const change = (to: string[], version: number) =>
    api.ask<Problem>({ key }, `PATCH ${path}`, { body: { symbols: to }, headers: { 'if-match': `"v${version}"` } });
  expect((await change(symbols('OTHER', 499), 1)).status).toBe(200);
  expect((await change(symbols('OTHER', 500), 2)).body).toMatchObject({ code: 'cap_reached' });
  const body = { symbol: 'ONEMORE' };
  expect((await api.ask({ key }, `POST ${path}/items`, { body })).body).toMatchObject({ code: 'cap_reached' });
  expect((await api.ask('admin', `POST ${path}/items`, { body })).status).toBe(201);
});

test('holdings are counted over all portfolios of a person', async () => {
  await rows(
    `insert into portfolios (id, user_id, name) select 'pf_' || $1 || g, $1, 'p' from generate_series(1, $2::int) g`,
    2,
  );
  await api.api.pool.query(
    `insert into holdings (id, portfolio_id, symbol, quantity)
     select 'hld_' || $1 || n, 'pf_' || $1 || (1 + n % 2), 'S' || n, 1 from generate_series(1, 4999) n`,
    [userId],
  );
  const add = (n: number): [string, object] => [
    `POST /api/v1/portfolios/pf_${userId}${1 + (n % 2)}/holdings`,
    { symbol: `MORE${n}`, quantity: '1' },
  ];
  expect(await at([1, 2, 3, 4].map(add))).toEqual({ 201: 1, 409: 3 });
});
