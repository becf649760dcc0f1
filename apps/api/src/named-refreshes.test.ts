import type { EstimateDetail } from '@freshet/contracts/api';
import { GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS });
});
afterAll(() => api.stop());

type Asked = EstimateDetail & { errors?: { pointer: string; detail: string }[] };
const estimate = (body: object) => api.ask<Asked>('admin', 'POST /api/v1/refreshes/estimate', { body });
const trigger = (refresh: object) =>
  api.ask<Asked>('admin', 'POST /api/v1/webhooks/triggers', { body: { name: 'T', kind: 'external', refresh } });

test.each([
  ['a sector without the kind group', { kind: 'prices', sector: 'Technology' }, '/sector'],
  ['an index with the kind all', { kind: 'all', index: 'S&P 500' }, '/index'],
  ['a watchlist of holdings', { kind: 'holdings', watchlist_id: 'default' }, '/watchlist_id'],
  ['a user of prices', { kind: 'prices', user_id: 'me' }, '/user_id'],
  ['a group of nothing', { kind: 'group' }, '/sector'],
  ['a group without members', { kind: 'group', index: 'Nobody 500' }, '/index'],
  ['symbols without any', { kind: 'symbols' }, '/symbols'],
])('%s is refused by an estimate and by a trigger, instead of being all symbols', async (_, refresh, pointer) => {
  const [estimated, triggered] = [await estimate(refresh), await trigger(refresh)];
  expect([estimated.status, estimated.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
  expect([triggered.status, triggered.body.errors?.[0]?.pointer]).toEqual([422, `/refresh${pointer}`]);
});

test('a user who does not exist has nothing to estimate and nothing to trigger', async () => {
  const refresh = { kind: 'portfolio', user_id: 'usr_nobody' };
  expect([(await estimate(refresh)).status, (await trigger(refresh)).status]).toEqual([404, 404]);
  expect((await estimate({ kind: 'portfolio', user_id: api.userId })).status).toBe(200);
});

test('names that are kept for later estimates are short', async () => {
  const sector = 'x'.repeat(101);
  const { status, body } = await api.ask<Asked>('user', 'POST /api/v1/refreshes/estimate', {
    body: { kind: 'group', symbols: ['AAPL'], sector },
  });
  expect([status, body.errors?.[0]]).toEqual([422, { pointer: '/sector', detail: 'has more than 100 characters' }]);
});

test('a symbol that is named twice is estimated once, as it is refreshed once', async () => {
  expect((await estimate({ symbols: ['msft', 'MSFT', ' AAPL'] })).body.symbols).toBe(2);
});
