import { ROLES, type Role } from '@freshet/contracts';
import { type OperationKey, operations } from '@freshet/contracts/api';
import { createKey, createUser } from '@freshet/store';
import { ACCESS } from './access/roles.ts';
import { GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';

let api: TestApi;
/** A person beside the demo's user, and what is theirs. */
let other: { userId: string; key: string };
let foreign: Record<string, string>;
let own: Record<string, string>;

beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS, allowPrivateWebhooks: true });
  const user = await createUser(api.api.pool, 'Somebody else');
  const key = await createKey(api.api.pool, { userId: user?.id ?? '', role: 'user', name: 'theirs' });
  other = { userId: user?.id ?? '', key: key.secret };
  foreign = await belongings({ key: other.key }, other.userId, key.id);
  own = await belongings('user', api.userId, '');
}, 60_000);
afterAll(() => api.stop());

/** Makes one of everything that can belong to somebody. */
async function belongings(as: Role | { key: string }, userId: string, keyId: string): Promise<Record<string, string>> {
  const made = async (what: OperationKey, body: object) => {
    const answer = await api.ask<Record<string, string>>(as, what, { body });
    if (answer.status >= 300) throw new Error(`${what}: ${answer.text}`);
    return answer.body;
  };
  const portfolio = await made('POST /api/v1/portfolios', { name: 'Mine' });
  const holding = await made(`POST /api/v1/portfolios/${portfolio.portfolio_id}/holdings` as OperationKey, {
    symbol: 'AAPL',
    quantity: '3',
  });
  const watchlist = await made('POST /api/v1/watchlists', { name: 'Mine', symbols: ['AAPL'] });
  const endpoint = await made('POST /api/v1/webhooks/endpoints', { url: 'https://hooks.example.com/x' });
  const trigger = await made('POST /api/v1/webhooks/triggers', {
    name: 'Mine',
    kind: 'external',
    refresh: { kind: 'symbols', symbols: ['AAPL'] },
  });
  const refresh = await made('POST /api/v1/manual/refresh/portfolio/me' as OperationKey, {});
  const { rows } = await api.api.pool.query<{ id: string }>(
    `insert into webhook_deliveries (id, endpoint_id, event, message_id, payload) values ($1, $2, 'refresh.completed', 'm', '{}') returning id`,
    [`dlv_${userId}`, endpoint.endpoint_id],
  );
  return {
    user_id: userId,
    key_id: keyId,
    portfolio_id: portfolio.portfolio_id ?? '',
    holding_id: holding.holding_id ?? '',
    watchlist_id: watchlist.watchlist_id ?? '',
    endpoint_id: endpoint.endpoint_id ?? '',
    trigger_id: trigger.trigger_id ?? '',
    refresh_id: refresh.refresh_id ?? '',
    delivery_id: rows[0]?.id ?? '',
  };
}

const KEYS = Object.keys(operations) as OperationKey[];
const NEEDS_KEY = KEYS.filter((key) => !('open' in operations[key]));
/** Paths of one's own things. */
const OWNABLE =
  /\{(portfolio_id|holding_id|watchlist_id|endpoint_id|trigger_id|refresh_id|delivery_id|user_id|key_id)\}/;

/** A path filled with somebody's ids, and with harmless words where there is no owner. */
function filled(key: OperationKey, ids: Record<string, string>): string {
  const words: Record<string, string> = {
    symbol: 'AAPL',
    name: 'hourly',
    strategy_id: 'stg_no',
    index_id: 'stg_no',
    id: 'no~1',
  };
  return key.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? words[name] ?? 'x');
}

const BODY_OF: Partial<Record<OperationKey, object>> = {
  'POST /api/v1/watchlists/{watchlist_id}/items': { stock_symbol: 'KO' },
  'POST /api/v1/portfolios/{portfolio_id}/holdings': { symbol: 'KO', quantity: '1' },
  'POST /api/v1/manual/refresh/prices': { symbols: ['AAPL'] },
  'POST /api/v1/manual/refresh/benchmark': { symbols: ['^GSPC'] },
  'POST /api/v1/scheduler/refresh': { symbols: ['AAPL'] },
  'POST /api/v1/refreshes/estimate': { symbols: ['AAPL'] },
  'POST /api/v1/market-data/fetch/batch': { symbols: ['AAPL'] },
  'POST /api/v1/market-data/fetch/async': { symbols: ['AAPL'] },
};
const queryOf = (key: OperationKey) => (key === 'GET /api/v1/market-data/latest' ? '?symbols=AAPL' : '');
/** Their answers don't end by themselves, or end others' stories. */
const APART = new Set<OperationKey>([
  'GET /events/price-updates',
  'GET /api/v1/refreshes/{refresh_id}/events',
  'DELETE /api/v1/session',
]);
const send = (as: Parameters<TestApi['ask']>[0], key: OperationKey, ids: Record<string, string>) =>
  api.ask(as, filled(key, ids) + queryOf(key), {
    body: key.startsWith('GET') ? undefined : (BODY_OF[key] ?? {}),
    headers: { prefer: 'wait=0' },
  });

test('every operation has its line in the table of roles, and every line an operation', () => {
  expect(Object.keys(ACCESS).sort()).toEqual([...KEYS].sort());
});

test('nobody gets in without a key', async () => {
  for (const key of NEEDS_KEY) {
    const { status } = await api.ask(null, filled(key, foreign), { body: key.startsWith('GET') ? undefined : {} });
    expect([key, status]).toEqual([key, 401]);
  }
});

describe.each(ROLES)('as %s', (role) => {
  test('what the table forbids is 403, and what it allows is not', async () => {
    for (const key of NEEDS_KEY) {
      if (APART.has(key) || key.startsWith('DELETE') || key.startsWith('PATCH') || key.startsWith('PUT')) continue;
      const { status } = await send(role, key, role === 'user' ? own : foreign);
      const expected = ACCESS[key][role] === 'no' ? 403 : 'not 403';
      expect([key, status === 403 ? 403 : 'not 403', status]).toEqual([key, expected, status]);
      expect([key, status >= 500 && status !== 503]).toEqual([key, false]);
    }
  });

  test('changes that the table forbids are 403, too', async () => {
    for (const key of NEEDS_KEY.filter((each) => /^(DELETE|PATCH|PUT)/.test(each) && ACCESS[each][role] === 'no')) {
      expect([key, (await send(role, key, foreign)).status]).toEqual([key, 403]);
    }
  });
});

describe.each(ROLES)("somebody else's things, to whoever reaches only their own, as %s", (role) => {
  const ownOnly = NEEDS_KEY.filter((each) => OWNABLE.test(each) && ACCESS[each][role] === 'own');

  test('look as if they were not there, and stay as they are', async () => {
    // One that nobody else of these stories has joined.
    const what = 'POST /api/v1/manual/refresh/portfolio/me';
    const fresh = await api.ask({ key: other.key }, what, { body: { max_age_s: ROLES.indexOf(role) } });
    const ids = { ...foreign, refresh_id: String(fresh.body.refresh_id) };
    const before = await allOf(other.userId);
    for (const key of ownOnly) {
      const { status } = await api.ask(role, filled(key, ids), {
        body: key.startsWith('GET') ? undefined : (BODY_OF[key] ?? {}),
        headers: { 'if-match': '*' },
      });
      expect([key, status]).toEqual([key, 404]);
    }
    expect(await allOf(other.userId)).toEqual(before);
  });
});

test('what belongs to somebody else is not reached through what is one’s own', async () => {
  const mixed = { ...foreign, portfolio_id: own.portfolio_id ?? '', watchlist_id: own.watchlist_id ?? '' };
  const before = await allOf(other.userId);
  for (const key of NEEDS_KEY.filter((each) => each.includes('{holding_id}'))) {
    const { status } = await api.ask('user', filled(key, mixed), {
      body: key.startsWith('GET') ? undefined : {},
      headers: { 'if-match': '*' },
    });
    expect([key, status]).toEqual([key, 404]);
  }
  expect(await allOf(other.userId)).toEqual(before);
});

test('naming somebody else in a body or a query gives a user nothing of theirs', async () => {
  const { user_id, watchlist_id, endpoint_id } = foreign;
  const before = await allOf(other.userId);
  for (const path of ['watchlists', 'portfolios', 'keys', 'refreshes', 'webhooks/deliveries']) {
    const query = { refreshes: 'requested_by', 'webhooks/deliveries': 'endpoint_id' }[path] ?? 'user_id';
    const id = query === 'endpoint_id' ? endpoint_id : user_id;
    const { text } = await api.ask('user', `GET /api/v1/${path}?${query}=${id}`);
    for (const theirs of Object.values(foreign).filter((each) => each !== id))
      expect([path, text.includes(theirs)]).toEqual([path, false]);
  }
  await api.ask({ key: other.key }, 'POST /api/v1/webhooks/endpoints', {
    body: { url: 'https://theirs.example.com/' },
  });
  const trigger = { name: 'x', kind: 'external' };
  const asked: [string, object, number[]][] = [
    ['POST /api/v1/watchlists', { name: 'x', user_id }, [403, 404]],
    ['POST /api/v1/portfolios', { name: 'x', user_id }, [403, 404]],
    ['POST /api/v1/manual/refresh/prices', { symbols: ['AAPL'], callback_url: 'https://theirs.example.com/' }, [422]],
    ['POST /api/v1/webhooks/triggers', { ...trigger, refresh: { kind: 'portfolio', user_id } }, [404]],
    ['POST /api/v1/webhooks/triggers', { ...trigger, refresh: { kind: 'watchlist', watchlist_id } }, [404]],
    [`PATCH /api/v1/webhooks/triggers/${own.trigger_id}`, { refresh: { kind: 'portfolio', user_id } }, [404]],
    [`PATCH /api/v1/webhooks/triggers/${own.trigger_id}`, { refresh: { kind: 'all' } }, [403]],
    ['POST /api/v1/refreshes/estimate', { kind: 'watchlist', watchlist_id }, [404]],
    ['POST /api/v1/refreshes/estimate', { kind: 'portfolio', user_id }, [404]],
  ];
  for (const [what, body, expected] of asked) {
    const { status } = await api.ask('user', what, { body, headers: { 'if-match': '*' } });
    expect([what, JSON.stringify(body), expected.includes(status), status]).toEqual([
      what,
      JSON.stringify(body),
      true,
      status,
    ]);
  }
  expect(await allOf(other.userId)).toEqual(before);
});

/** Everything of somebody's, as it stands. */
async function allOf(userId: string): Promise<unknown> {
  const { rows } = await api.api.pool.query(
    `select (select json_agg(p order by id) from portfolios p where user_id = $1) as portfolios,
       (select json_agg(h order by h.id) from holdings h join portfolios p on p.id = h.portfolio_id where p.user_id = $1) as holdings,
       (select json_agg(w order by id) from watchlists w where user_id = $1) as watchlists,
       (select json_agg(i order by i.symbol) from watchlist_items i join watchlists w on w.id = i.watchlist_id where w.user_id = $1) as items,
       (select json_agg(t order by id) from webhook_triggers t where user_id = $1) as triggers,
       (select json_agg(k.revoked_at order by id) from api_keys k where user_id = $1) as keys,
       (select count(*) from refreshes where user_id = $1) as refreshes,
       (select json_agg(d order by d.id) from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id where e.user_id = $1) as deliveries`,
    [userId],
  );
  return rows[0];
}

test('lists show a user nothing of others', async () => {
  for (const key of NEEDS_KEY.filter((each) => each.startsWith('GET') && !each.includes('{') && !APART.has(each))) {
    if (ACCESS[key].user === 'no') continue;
    const { text } = await send('user', key, own);
    for (const [name, id] of Object.entries(foreign))
      expect([key, name, text.includes(id)]).toEqual([key, name, false]);
  }
});

test('a user is refused what is beyond 1 to 100 named symbols and their own watchlists', async () => {
  const hundred = Array.from({ length: 101 }, (_, i) => `S${i}`);
  const asked: [string, object, number][] = [
    ['POST /api/v1/manual/refresh/prices', {}, 403],
    ['POST /api/v1/manual/refresh/prices', { symbols: hundred }, 403],
    ['POST /api/v1/manual/refresh/prices', { symbols: hundred.slice(1) }, 202],
    ['POST /api/v1/manual/refresh/benchmark', {}, 403],
    ['POST /api/v1/manual/refresh/prices', { symbols: ['AAPL'], priority: 'emergency' }, 403],
    ['POST /api/v1/scheduler/refresh', { schedule: 'daily' }, 403],
    ['POST /api/v1/scheduler/refresh', { index: 'S&P 500' }, 403],
    ['POST /api/v1/market-data/watchlist/refresh', { watchlist_id: foreign.watchlist_id }, 404],
    ['POST /api/v1/market-data/watchlist/refresh', { watchlist_id: own.watchlist_id }, 202],
    ['POST /api/v1/market-data/portfolio/refresh', {}, 202],
    [`POST /api/v1/manual/refresh/portfolio/${foreign.user_id}`, {}, 404],
    [`POST /api/v1/manual/refresh/portfolio/me`, {}, 202],
    ['POST /api/v1/refreshes/estimate', { kind: 'portfolio', user_id: foreign.user_id }, 404],
    ['POST /api/v1/refreshes/estimate', { kind: 'all' }, 403],
    ['POST /api/v1/webhooks/triggers', { name: 'x', kind: 'external', refresh: { kind: 'all' } }, 403],
  ];
  for (const [what, body, expected] of asked) {
    const { status } = await api.ask('user', what, { body });
    expect([what, JSON.stringify(body).slice(0, 80), status]).toEqual([
      what,
      JSON.stringify(body).slice(0, 80),
      expected,
    ]);
  }
  const { rows } = await api.api.pool.query(`select target from refreshes where kind = 'holdings' and user_id = $1`, [
    api.userId,
  ]);
  expect(rows).toEqual([{ target: { user_id: api.userId } }]);
});

test('only an admin has emergencies, and they go before everything', async () => {
  const body = { symbols: ['MSFT'], priority: 'emergency' };
  const asked = (what: OperationKey) => Promise.all(ROLES.map((role) => api.ask(role, what, { body })));
  const answers = await asked('POST /api/v1/manual/refresh/prices');
  expect(answers.map(({ status }) => status)).toEqual([202, 403, 403, 403]);
  expect(answers[0]?.body.priority).toBe('emergency');
  // An estimate of what would be refused would promise it.
  const estimates = await asked('POST /api/v1/refreshes/estimate');
  expect(estimates.map(({ status }) => status)).toEqual([200, 403, 403, 403]);
});

test('support reads any portfolio and changes none', async () => {
  const path = `/api/v1/portfolios/${foreign.portfolio_id}`;
  expect((await api.ask('support', `GET ${path}`)).status).toBe(200);
  expect((await api.ask('support', `DELETE ${path}`, { headers: { 'if-match': '*' } })).status).toBe(403);
});

test('whoever joins a refresh may read it', async () => {
  const body = { symbols: ['NVDA', 'AMD'] };
  const first = await api.ask({ key: other.key }, 'POST /api/v1/manual/refresh/prices', { body });
  const path = String(first.body.status_url);
  expect((await api.ask('user', `GET ${path}`)).status).toBe(404);
  const joined = await api.ask('user', 'POST /api/v1/manual/refresh/prices', { body });
  expect([joined.body.coalesced, joined.body.refresh_id]).toEqual([true, first.body.refresh_id]);
  expect((await api.ask('user', `GET ${path}`)).status).toBe(200);
});
