import type { PortfolioView } from '@freshet/contracts/api';
import { createKey, createUser } from '@freshet/store';
import { eventually } from '@freshet/testing';
import { LIMITS, startTestApi, type TestApi } from './api.fixture.ts';
import { endRefresh, storeQuote } from './ended.fixture.ts';

let api: TestApi;
/** A person with an empty portfolio. */
let key: string;
let userId: string;
let portfolio: string;
let people = 0;
beforeAll(async () => {
  api = await startTestApi({
    limits: { ...LIMITS, burst: { limit: 3, perSeconds: 3_600 } },
    allowPrivateWebhooks: true,
  });
});
afterAll(() => api.stop());
beforeEach(async () => {
  userId = (await createUser(api.api.pool, `Changing ${++people}`))?.id ?? '';
  key = (await createKey(api.api.pool, { userId, role: 'user', name: 'changing' })).secret;
  portfolio = (await ask<PortfolioView>('POST /api/v1/portfolios', { name: 'Mine' })).body.portfolio_id;
});

const ask = <B = Record<string, unknown>>(what: string, body?: object) =>
  api.ask<B>({ key }, what, { body, headers: { 'if-match': '*' } });
const hold = (symbol: string) => ask(`POST /api/v1/portfolios/${portfolio}/holdings`, { symbol, quantity: '1' });
const rename = (name: string, id = portfolio) => ask(`PATCH /api/v1/portfolios/${id}`, { name });

interface Row {
  id: string;
  status: string;
  symbols: string[] | null;
  counted: boolean;
  target: object;
}
const refreshes = async () => {
  const { rows } = await api.api.pool.query<Row>(
    'select id, status, symbols, counted, target from refreshes where user_id = $1 order by accepted_at',
    [userId],
  );
  return rows;
};

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
  expect(await refreshes()).toMatchObject([
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
  const fetching = (await refreshes()).filter(({ symbols }) => symbols?.length !== 0);
  expect(fetching.map(({ symbols }) => symbols)).toEqual([['MADE0'], ['MADE1'], ['MADE2']]);
  expect(fetching.every(({ counted }) => counted)).toBe(true);
});

test('a benchmark that never had a price is fetched like a holding', async () => {
  const changed = await ask(`PATCH /api/v1/portfolios/${portfolio}`, { benchmark: 'NEWMARK' });
  expect([changed.status, changed.headers.get('x-refresh-id')]).toEqual([200, expect.stringMatching(/^ref_/)]);
  expect(await refreshes()).toMatchObject([{ symbols: ['NEWMARK'], counted: true }]);
});

test('many changes are valued in a few goes, the last of them too, and no webhook tells of it', async () => {
  const hook = { url: 'https://hooks.example.com/', events: ['refresh.completed'] };
  expect((await ask('POST /api/v1/webhooks/endpoints', hook)).status).toBe(201);
  const other = (await ask<PortfolioView>('POST /api/v1/portfolios', { name: 'Other' })).body.portfolio_id;
  /** As a worker would, at once. */
  const end = async () => {
    for (const { id, status } of await refreshes()) if (status === 'queued') await endRefresh(api, id);
  };
  for (let i = 0; i < 30; i++) {
    expect((await rename(`Name ${i}`, i % 2 ? other : portfolio)).status).toBe(200);
    await end();
  }
  const count = (await refreshes()).length;
  expect(count).toBeLessThan(15);
  // What was changed after the last go is valued in one more: all that the user has, where it is several.
  await eventually(async () =>
    expect((await refreshes()).at(-1)).toMatchObject({ target: { user_id: userId }, status: 'queued' }),
  );
  await end();
  expect((await refreshes()).length).toBeLessThanOrEqual(count + 1);

  const deliveries = async () => {
    const { rows } = await api.api.pool.query(
      `select d.payload from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id where e.user_id = $1`,
      [userId],
    );
    return rows.map(({ payload }) => payload.refresh_id as string);
  };
  expect(await deliveries()).toEqual([]);
  // Of what somebody asks for it does.
  const asked = await ask('POST /api/v1/manual/refresh/portfolio/me', {});
  await endRefresh(api, String(asked.body.refresh_id));
  expect(await deliveries()).toEqual([asked.body.refresh_id]);
});
