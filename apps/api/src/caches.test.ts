import { eventually } from '@freshet/testing';
import type { QuoteView, RefreshAccepted } from '@freshet/contracts';
import { GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';
import { endRefresh, storeQuote } from './ended.fixture.ts';

let api: TestApi;
let there: Awaited<ReturnType<TestApi['another']>>;
beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS });
  there = await api.another();
});
afterAll(() => api.stop());

const price = async (symbol: string, on: Pick<TestApi, 'ask'> = api) =>
  (await on.ask<QuoteView>('user', `GET /api/v1/market-data/latest/${symbol}`)).body.price;

test('who has polled a refresh to its end reads what it brought, never the price before', async () => {
  for (let i = 1; i <= 20; i++) {
    const { body } = await api.ask<RefreshAccepted>('system', 'POST /api/v1/manual/refresh/prices', {
      body: { symbols: ['MINE'], max_age_s: i },
    });
    await endRefresh(api, body.refresh_id, { quotes: { MINE: i } });
    await eventually(
      async () => expect((await api.ask('system', `GET ${body.status_url}`)).body.status).toBe('success'),
      { everyMs: 1 },
    );
    expect(await price('MINE')).toBe(i);
  }
});

test('a price is read once, and again on every process when something has changed it', async () => {
  await storeQuote(api, 'KEPT', 1);
  expect([await price('KEPT'), await price('KEPT', there)]).toEqual([1, 1]);
  await storeQuote(api, 'KEPT', 2, { quietly: true });
  // Nobody has said so yet.
  expect(await price('KEPT')).toBe(1);
  await api.api.cache.invalidate(['symbol:KEPT']);
  await eventually(async () => expect([await price('KEPT'), await price('KEPT', there)]).toEqual([2, 2]), {
    withinMs: 1_000,
  });
  const { text } = await api.ask('admin', 'GET /metrics');
  expect(text).toMatch(/^freshet_cache_hits_total\{tier="memory",process="api"\} [1-9]/m);
});
