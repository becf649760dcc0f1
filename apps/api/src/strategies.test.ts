import type { RefreshAccepted } from '@freshet/contracts';
import type { AssetView, EstimateDetail, StrategyView } from '@freshet/contracts/api';
import { estimateCalls, kinds } from '@freshet/refresh';
import { scopeQuestions, withTx, writeStrategyResults } from '@freshet/store';
import { GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS });
});
afterAll(() => api.stop());

const create = (name: string, symbols: string[]) =>
  api.ask<StrategyView>('admin', 'POST /api/v1/strategies', { body: { name, method: 'equal_weight', symbols } });
const asset = async (symbol: string) => (await api.ask<AssetView>('user', `GET /api/v1/assets/${symbol}`)).body;
const everything = async () =>
  (await kinds.all.scope({ target: {}, symbols: null }, scopeQuestions(api.api.pool))).symbols;

test('what a strategy chooses from becomes an asset with it, and is part of everything from then on', async () => {
  const before = await asset('AAPL');
  const { status, body } = await create('New', ['NEVER', 'AAPL', 'SEEN.T']);
  expect(status).toBe(201);
  expect(await asset('NEVER')).toMatchObject({ status: 'unverified', class: 'equity', calendar: 'XNYS' });
  expect(await asset('SEEN.T')).toMatchObject({ status: 'unverified', calendar: 'XTKS' });
  expect(await asset('AAPL')).toEqual(before);

  const changed = await api.ask('admin', `PATCH /api/v1/strategies/${body.strategy_id}`, {
    body: { symbols: ['AAPL', 'LATER'] },
    headers: { 'if-match': '"v1"' },
  });
  expect(changed.status).toBe(200);
  expect(await asset('LATER')).toMatchObject({ status: 'unverified' });
  expect(await everything()).toEqual(expect.arrayContaining(['NEVER', 'SEEN.T', 'LATER']));
});

test.each([
  [{ top: 'many' }, '/options/top', 'is not a number of 1 or more'],
  [{ tpo: 3 }, '/options/tpo', 'there is no such field'],
  [{ max_weight: 2 }, '/options/max_weight', 'is not a number from 0 to 1'],
  [{ covariance: 'magic' }, '/options/covariance', expect.stringMatching(/^is none of sample, /)],
  [{ rebalance: { every: 'fortnight' } }, '/options/rebalance', expect.stringMatching(/^is not \{"every": "month"\}/)],
  [{ weights: { 'not one': 1 } }, '/options/weights/not one', expect.stringMatching(/is not a symbol/)],
  [{ minimum_trade: 'little' }, '/options/minimum_trade', 'is not a decimal of 0 or more, such as "100"'],
])(
  'an option that no run could go by is refused when the strategy is made or changed: %j',
  async (options, ...where) => {
    const [pointer, detail] = where;
    const refused = { status: 422, body: { code: 'invalid_request', errors: [{ pointer, detail }] } };
    const body = { name: 'Odd', method: 'momentum', symbols: ['AAPL'], options };
    expect(await api.ask('admin', 'POST /api/v1/strategies', { body })).toMatchObject(refused);
    const change = { body: { options }, headers: { 'if-match': '*' } };
    expect(await api.ask('admin', 'PATCH /api/v1/strategies/stg_any', change)).toMatchObject(refused);
  },
);

test('a strategy that is refused makes no assets', async () => {
  await create('Once', ['AAPL']);
  expect((await create('Once', ['NOBODY'])).status).toBe(409);
  expect((await api.ask('user', 'GET /api/v1/assets/NOBODY')).status).toBe(404);
});

test('a refresh of everything asks for the FX pairs that price a strategy, once each', async () => {
  await create('Abroad', ['VOLVO', 'AAPL']);
  expect(await everything()).not.toContain('SEKUSD=X');
  // As the first quote tells.
  await api.api.pool.query(`update assets set currency = 'SEK' where symbol = 'VOLVO'`);
  const all = await everything();
  expect(all).toContain('SEKUSD=X');
  expect(new Set(all).size).toBe(all.length);
  const { symbols } = await kinds.all.scope({ target: {}, symbols: ['VOLVO'] }, scopeQuestions(api.api.pool));
  expect(symbols).toEqual(['VOLVO']);
});

test('a refresh of strategies is estimated with what it calculates: portfolios and strategies, at the door too', async () => {
  await create('Counted', ['AAPL']);
  const body = { kind: 'strategy' };
  const estimate = await api.ask<EstimateDetail>('admin', 'POST /api/v1/refreshes/estimate', { body });
  const { strategies, portfolios, duration_ms: durationMs } = estimate.body;
  expect(strategies).toBeGreaterThan(0);
  expect(durationMs).toBe(estimateCalls([], [], new Date(), portfolios + strategies).duration_ms);
  const accepted = await api.ask<RefreshAccepted>('admin', 'POST /api/v1/manual/refresh/strategy');
  expect(accepted.body.estimate.duration_ms).toBe(durationMs);
});

test('its allocations say what a run left out, and why', async () => {
  const { body } = await create('Half', ['AAPL', 'NOPRICE']);
  const at = new Date('2026-01-30T21:00:00Z');
  await withTx(api.api.pool, (client) =>
    writeStrategyResults(client, {
      ...{ strategyId: body.strategy_id, refreshId: 'ref_1', at, signals: [], applied: false, levels: [] },
      runs: [
        {
          ...{ session: '2026-01-30', asOf: at, applied: false },
          weights: [
            { symbol: 'AAPL', weight: 1, quantity: '5', reason: null },
            { symbol: 'NOPRICE', weight: 0, quantity: null, reason: 'no_price' },
          ],
        },
      ],
    }),
  );
  const read = await api.ask('user', `GET /api/v1/strategies/${body.strategy_id}/allocations`);
  expect(read.body).toMatchObject({
    data: [
      { symbol: 'AAPL', weight: 1, quantity: '5', reason: null },
      { symbol: 'NOPRICE', weight: 0, quantity: null, reason: 'no_price' },
    ],
  });
});
