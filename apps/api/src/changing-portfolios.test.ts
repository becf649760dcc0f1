import type { HoldingView, PortfolioView } from '@freshet/contracts/api';
import { createKey, createUser } from '@freshet/store';
import { assertMessagesDescribed, eventually } from '@freshet/testing';
import { LIMITS, startTestApi, type TestApi } from './api.fixture.ts';
import { endRefresh, storeQuote } from './ended.fixture.ts';

let api: TestApi;
/** A person with an empty portfolio and an empty watchlist. */
let key: string;
let userId: string;
let portfolio: string;
let watchlist: string;
let people = 0;
beforeAll(async () => {
  api = await startTestApi({
    limits: { ...LIMITS, burst: { limit: 3, perSeconds: 3_600 } },
    allowPrivateWebhooks: true,
  });
  // What every portfolio is compared with, unless it says otherwise.
  await storeQuote(api, '^GSPC', 5_000);
});
afterAll(() => assertMessagesDescribed(api.api.pool).finally(() => api.stop()));
beforeEach(async () => {
  userId = (await createUser(api.api.pool, `Changing ${++people}`))?.id ?? '';
  key = (await createKey(api.api.pool, { userId, role: 'user', name: 'changing' })).secret;
  portfolio = (await ask<PortfolioView>('POST /api/v1/portfolios', { name: 'Mine' })).body.portfolio_id;
  watchlist = (await ask<{ watchlist_id: string }>('POST /api/v1/watchlists', { name: 'Mine' })).body.watchlist_id;
});

const ask = <B = Record<string, unknown>>(what: string, body?: object) =>
  api.ask<B>({ key }, what, { body, headers: { 'if-match': '*' } });
const hold = (symbol: string) => ask(`POST /api/v1/portfolios/${portfolio}/holdings`, { symbol, quantity: '1' });
const watch = (symbol: string) => ask(`POST /api/v1/watchlists/${watchlist}/items`, { symbol });
const rename = (name: string, id = portfolio) => ask(`PATCH /api/v1/portfolios/${id}`, { name });

interface Row {
  id: string;
  status: string;
  symbols: string[] | null;
  counted: boolean;
  target: object;
}
const fetching = async () => (await refreshes()).filter(({ symbols }) => symbols?.length !== 0);
const refreshes = async () => {
  const { rows } = await api.api.pool.query<Row>(
    'select id, status, symbols, counted, target from refreshes where user_id = $1 order by accepted_at',
    [userId],
  );
  return rows;
};

/** As the planning of a refresh does: the symbol is an asset from then on, whatever comes of it. */
const plan = (symbol: string) =>
  api.api.pool.query(
    `insert into assets (symbol, name, class, currency, calendar, status) values ($1, $1, 'equity', 'USD', 'XNYS', 'unverified')`,
    [symbol],
  );
/** As a worker would, at once. */
const endQueued = async () => {
  for (const { id, status } of await refreshes()) if (status === 'queued') await endRefresh(api, id);
};
/** Has an endpoint that is told of whatever ends well. */
const listenIn = async () => {
  const hook = { url: 'https://hooks.example.com/', events: ['refresh.completed'] };
  expect((await ask('POST /api/v1/webhooks/endpoints', hook)).status).toBe(201);
};
/** Of which refreshes the person's endpoint is told. */
const deliveries = async () => {
  const { rows } = await api.api.pool.query(
    `select d.payload from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id where e.user_id = $1`,
    [userId],
  );
  return rows.map(({ payload }) => payload.refresh_id as string);
};
/** As if the hour were over. */
const forgetCounted = () => api.api.pool.query('update refreshes set counted = false where user_id = $1', [userId]);

test('a portfolio that is changed is valued from stored prices: nothing is fetched, and nothing is counted', async () => {
  await storeQuote(api, 'OLD', 1, { agoS: 86_400 });
  expect((await hold('OLD')).status).toBe(201);
  expect((await rename('Ours')).status).toBe(200);
  await eventually(async () => expect((await refreshes()).length).toBeGreaterThan(0));
  for (const row of await refreshes()) {
    expect(row).toMatchObject({ symbols: [], counted: false, target: { user_id: userId, portfolio_id: portfolio } });
  }
});

test('a symbol that never had a price is fetched at the expense of who adds it, and the portfolio valued with it', async () => {
  const { status, headers } = await hold('NEVER');
  expect([status, headers.get('ratelimit')]).toEqual([201, expect.stringContaining('r=2')]);
  expect(await fetching()).toMatchObject([
    { id: headers.get('x-refresh-id'), symbols: ['NEVER'], counted: true, target: { portfolio_id: portfolio } },
  ]);
});

test('made-up symbols, added and removed over and over, start no more than the limit allows; the changes succeed', async () => {
  for (let i = 0; i < 6; i++) {
    const { status, body } = await hold(`MADE${i}`);
    expect(status).toBe(201);
    const removed = await ask(`DELETE /api/v1/portfolios/${portfolio}/holdings/${String(body.holding_id)}`);
    expect(removed.status).toBe(204);
  }
  const fetched = await fetching();
  expect(fetched.map(({ symbols }) => symbols)).toEqual([['MADE0'], ['MADE1'], ['MADE2']]);
  expect(fetched.every(({ counted }) => counted)).toBe(true);
});

test('a benchmark that never had a price is fetched like a holding', async () => {
  const changed = await ask(`PATCH /api/v1/portfolios/${portfolio}`, { benchmark: 'NEWMARK' });
  expect([changed.status, changed.headers.get('x-refresh-id')]).toEqual([200, expect.stringMatching(/^ref_/)]);
  expect(await fetching()).toMatchObject([{ symbols: ['NEWMARK'], counted: true }]);
});

test('a portfolio that is made with a benchmark that never had a price has it fetched; its next holding, which has one, needs nothing more', async () => {
  await storeQuote(api, 'PRICED', 1);
  const made = await ask<PortfolioView>('POST /api/v1/portfolios', { name: 'Against', benchmark: 'MADEMARK' });
  expect([made.status, made.headers.get('x-refresh-id')]).toEqual([201, expect.stringMatching(/^ref_/)]);
  const { portfolio_id } = made.body;
  expect(await fetching()).toMatchObject([{ symbols: ['MADEMARK'], counted: true, target: { portfolio_id } }]);
  await plan('MADEMARK');
  const held = await ask(`POST /api/v1/portfolios/${portfolio_id}/holdings`, { symbol: 'PRICED', quantity: '1' });
  expect([held.status, held.headers.get('x-refresh-id')]).toEqual([201, null]);
});

test('a new symbol that was put on a watchlist just before is fetched for the portfolio too', async () => {
  expect((await watch('FRESHA')).status).toBe(201);
  const { headers } = await hold('FRESHA');
  expect(headers.get('x-refresh-id')).toMatch(/^ref_/);
  const of = { symbols: ['FRESHA'], counted: true };
  expect(await fetching()).toMatchObject([of, { ...of, target: { portfolio_id: portfolio } }]);
});

test('a new symbol that comes to two portfolios is fetched for each', async () => {
  const other = (await ask<PortfolioView>('POST /api/v1/portfolios', { name: 'Other' })).body.portfolio_id;
  await hold('FRESHB');
  const second = await ask(`POST /api/v1/portfolios/${other}/holdings`, { symbol: 'FRESHB', quantity: '1' });
  expect(second.headers.get('x-refresh-id')).toMatch(/^ref_/);
  const targets = (await fetching()).map(({ target }) => target);
  expect(targets).toMatchObject([{ portfolio_id: portfolio }, { portfolio_id: other }]);
});

test('what came to a portfolio that was inactive is fetched when it is activated', async () => {
  const activate = (active: boolean) => ask(`PATCH /api/v1/portfolios/${portfolio}`, { active });
  expect((await activate(false)).status).toBe(200);
  for (const symbol of ['ASLEEP1', 'ASLEEP2']) expect((await hold(symbol)).headers.get('x-refresh-id')).toBeNull();
  expect(await fetching()).toEqual([]);
  expect((await activate(true)).headers.get('x-refresh-id')).toMatch(/^ref_/);
  expect(await fetching()).toMatchObject([{ symbols: ['ASLEEP1', 'ASLEEP2'], counted: true }]);
});

test('what could not be asked for by then is fetched along with what comes later; what was asked for in vain is not', async () => {
  for (const symbol of ['SPENT1', 'SPENT2', 'SPENT3']) expect((await watch(symbol)).status).toBe(201);
  expect((await hold('LATE')).headers.get('x-refresh-id')).toBeNull();
  await forgetCounted();
  await storeQuote(api, 'PRICED', 1);
  expect((await hold('PRICED')).headers.get('x-refresh-id')).toMatch(/^ref_/);
  expect((await fetching()).at(-1)).toMatchObject({ symbols: ['LATE'], counted: true });
  await plan('LATE');
  await forgetCounted();
  await storeQuote(api, 'PRICED2', 1);
  expect((await hold('PRICED2')).headers.get('x-refresh-id')).toBeNull();
});

test('where the limit is spent, the portfolio is valued once more with what somebody is asking for already, and with nothing else', async () => {
  await listenIn();
  for (const symbol of ['WANTED', 'SPENT4', 'SPENT5']) expect((await watch(symbol)).status).toBe(201);
  for (const symbol of ['UNASKED', 'WANTED']) expect((await hold(symbol)).status).toBe(201);
  const free = async () => (await fetching()).filter(({ counted }) => !counted);
  await eventually(async () => expect(await free()).toMatchObject([{ symbols: ['WANTED'] }]));

  // What only a revaluation still asks for is asked for by no further one.
  const { pool } = api.api;
  await pool.query(`update refreshes set status = 'failed' where user_id = $1 and counted`, [userId]);
  const { rows } = await pool.query(
    `update refreshes set status = 'in_progress' where user_id = $1 and symbols = '{WANTED}' and not counted returning id`,
    [userId],
  );
  await pool.query(
    `insert into refresh_items (refresh_id, subject, data, state) values ($1, 'WANTED', 'quote', 'waiting')`,
    [rows[0].id],
  );
  await endQueued();
  const held = await ask<{ data: HoldingView[] }>(`GET /api/v1/portfolios/${portfolio}/holdings`);
  const wanted = held.body.data.find(({ symbol }) => symbol === 'WANTED');
  await ask(`DELETE /api/v1/portfolios/${portfolio}/holdings/${wanted?.holding_id}`);
  expect((await hold('WANTED')).headers.get('x-refresh-id')).toBeNull();
  for (const _go of ['of the holding', 'after it']) {
    await eventually(async () => expect((await refreshes()).at(-1)).toMatchObject({ symbols: [], status: 'queued' }));
    await endQueued();
    await rename('Ours');
  }
  expect(await free()).toHaveLength(1);
  await endRefresh(api, rows[0].id);
  expect(await deliveries()).toEqual([]);
});

test('many changes are valued in a few goes, the last of them too, and no webhook tells of it', async () => {
  await listenIn();
  const other = (await ask<PortfolioView>('POST /api/v1/portfolios', { name: 'Other' })).body.portfolio_id;
  for (let i = 0; i < 30; i++) {
    expect((await rename(`Name ${i}`, i % 2 ? other : portfolio)).status).toBe(200);
    await endQueued();
  }
  const count = (await refreshes()).length;
  expect(count).toBeLessThan(15);
  // What was changed after the last go is valued in one more: all that the user has, where it is several.
  await eventually(async () =>
    expect((await refreshes()).at(-1)).toMatchObject({ target: { user_id: userId }, status: 'queued' }),
  );
  await endQueued();
  expect((await refreshes()).length).toBeLessThanOrEqual(count + 1);

  expect(await deliveries()).toEqual([]);
  // Of what somebody asks for it does.
  const asked = await ask('POST /api/v1/manual/refresh/portfolio/me', {});
  await endRefresh(api, String(asked.body.refresh_id));
  expect(await deliveries()).toEqual([asked.body.refresh_id]);
});

/** Of a portfolio that holds nothing, as workers store it. */
const EMPTY_VALUATION = {
  ...{ as_of: '2026-01-02T21:00:00.000Z', currency: 'USD', value: '0', cost: '0', complete: true },
  ...{ profit_loss: null, profit_loss_percent: null, day_change: null, day_change_percent: null, drift: null },
  ...{ left_out: [], holdings: [], cash: [] },
};

test('a valuation of the portfolio as it was before a change is told to be outdated until the next one', async () => {
  const outdated = async () => (await ask<{ outdated: boolean }>(`GET /api/v1/portfolios/${portfolio}`)).body.outdated;
  expect(await outdated()).toBe(false);
  await api.api.pool.query(
    `insert into portfolio_snapshots (portfolio_id, version, as_of, value, valuation) select id, version, now(), 0, $2 from portfolios where id = $1`,
    [portfolio, EMPTY_VALUATION],
  );
  expect(await outdated()).toBe(false);
  await rename('Mine again');
  expect(await outdated()).toBe(true);
  await api.api.pool.query('update portfolio_snapshots s set version = p.version from portfolios p where p.id = $1', [
    portfolio,
  ]);
  expect(await outdated()).toBe(false);
});
