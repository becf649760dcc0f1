import { runRelay } from '@freshet/events';
import { redisProducer, redisSubscriber, whenReady } from '@freshet/runtime';
import { createOutbox, deepClean, packMetrics, withTx, writeCommonMetrics } from '@freshet/store';
import { eventually, testRedis } from '@freshet/testing';
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

test('who has polled a refresh to its end is told why a price could not be refreshed, wherever it is read, until a newer one came', async () => {
  // Of a week ago: one of an hour ago may be the close that is held, which is as new as there is, when this runs in the evening.
  await storeQuote(api, 'STUCK', 7, { agoS: 7 * 86_400 });
  expect(await price('STUCK')).toBe(7);
  const failing = { state: 'failed', reason: 'unavailable', detail: 'HTTP 503' } as const;
  const ending = async (outcome: Parameters<typeof endRefresh>[2]) => {
    const { body } = await api.ask<RefreshAccepted>('system', 'POST /api/v1/manual/refresh/prices', {
      body: { symbols: ['STUCK'], force_refresh: true },
    });
    await endRefresh(api, body.refresh_id, outcome);
    await eventually(async () => expect((await api.ask('system', `GET ${body.status_url}`)).body.progress).toBe(1), {
      everyMs: 1,
    });
  };
  const read = async () => {
    const ask = async (path: string) => (await api.ask('user', `GET /api/v1/market-data/${path}`)).body;
    const several = (await ask('latest?symbols=STUCK')) as unknown as { quotes: QuoteView[] };
    const explained = (await ask('explain/STUCK')) as unknown as { quote: QuoteView };
    const quotes = [(await ask('latest/STUCK')) as unknown as QuoteView, ...several.quotes, explained.quote];
    return quotes.map(({ price, stale_served, stale_reason }) => ({ price, stale_served, stale_reason }));
  };
  await ending({ items: { STUCK: failing } });
  const stale = { price: 7, stale_served: true, stale_reason: 'unavailable: HTTP 503' };
  expect(await read()).toEqual([stale, stale, stale]);
  await ending({ quotes: { STUCK: 8 } });
  const fresh = { price: 8, stale_served: false, stale_reason: undefined };
  expect(await read()).toEqual([fresh, fresh, fresh]);
});

test('a full refresh rebuilds what is kept of history: who has polled it to its end reads the bars that it brought', async () => {
  const closes = async () => {
    const path = 'GET /api/v1/market-data/historical/FULL?from=2025-01-01&to=2025-01-31';
    return (await api.ask<{ data: { close: number }[] }>('user', path)).body.data.map(({ close }) => close);
  };
  const bar = (session: string, close: number) =>
    api.api.pool.query(
      `insert into daily_bars (symbol, session, close, source, provisional, fetched_at) values ('FULL', $1, $2, 'yahoo', false, now())`,
      [session, close],
    );
  await api.api.pool.query(
    `insert into assets (symbol, name, class, currency, calendar) values ('FULL', 'Full', 'equity', 'USD', 'XNYS')`,
  );
  await bar('2025-01-02', 1);
  expect(await closes()).toEqual([1]);
  await bar('2025-01-03', 2);
  expect(await closes()).toEqual([1]);
  const { body } = await api.ask<RefreshAccepted>('system', 'POST /api/v1/manual/refresh/all', {
    body: { mode: 'full' },
  });
  await endRefresh(api, body.refresh_id);
  await eventually(
    async () => expect((await api.ask('system', `GET ${body.status_url}`)).body.status).toBe('success'),
    { everyMs: 1 },
  );
  expect(await closes()).toEqual([1, 2]);
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

test('the weekly deep clean ends every answer that is held, on every process, of which no word has come', async () => {
  await storeQuote(api, 'WEEK', 1);
  expect([await price('WEEK'), await price('WEEK', there)]).toEqual([1, 1]);
  await storeQuote(api, 'WEEK', 2, { quietly: true });
  const { url } = testRedis();
  const [redis, subscriber] = [redisProducer(url), redisSubscriber(url)];
  const relay = runRelay({
    outbox: createOutbox(api.api.pool, api.databaseUrl),
    ...{ redis, subscriber, prefix: api.prefix },
  });
  try {
    await deepClean(api.api.pool);
    await eventually(async () => expect([await price('WEEK'), await price('WEEK', there)]).toEqual([2, 2]));
  } finally {
    await relay.close();
    for (const client of [redis, subscriber]) client.disconnect();
  }
});

describe('metrics that are nobody’s', () => {
  const sharpe = (to: number) =>
    packMetrics([{ subject: '^GSPC', period: '1y', values: JSON.stringify({ sharpe: to }) }]);
  const write = (to: number) =>
    withTx(api.api.pool, (client) => writeCommonMetrics(client, null, new Date(), sharpe(to)));
  /** Without a word to the caches. */
  const quietly = (to: number) =>
    api.api.pool.query(`update metrics set "values" = $1 where subject = '^GSPC'`, [{ sharpe: to }]);
  const told = async (on: Pick<TestApi, 'ask'>) => {
    type Told = { metrics: { values: { sharpe: number } }[]; data: { values: { sharpe: number } }[] };
    const [benchmark, listed, year] = await Promise.all(
      ['benchmark', 'metrics?subject=^GSPC', 'metrics?subject=^GSPC&period=1y'].map((path) =>
        on.ask<Told>('user', `GET /api/v1/${path}`),
      ),
    );
    return [benchmark?.body.metrics, listed?.body.data, year?.body.data].map((rows) => rows?.[0]?.values.sharpe);
  };

  test('are read once, and again on every process when a calculation has written them, and after the deep clean', async () => {
    const { url } = testRedis();
    const [redis, subscriber] = [redisProducer(url), redisSubscriber(url)];
    const relay = runRelay({
      outbox: createOutbox(api.api.pool, api.databaseUrl),
      ...{ redis, subscriber, prefix: api.prefix },
    });
    const everywhere = async (to: number) =>
      expect([await told(api), await told(there)].flat()).toEqual(Array(6).fill(to));
    const heard = [api.api, there.composed.api].map(
      ({ events }) =>
        new Promise<void>((resolve) => {
          events.on(({ payload }) => payload.type === 'metrics' && resolve());
        }),
    );
    try {
      await write(1);
      // A relay that begins ends everything that is held: from here on only words do.
      await Promise.all(heard);
      await eventually(() => everywhere(1));
      await quietly(2);
      // Nobody has said so yet. What is old would be served once more and then made anew.
      for (let i = 0; i < 3; i++) await everywhere(1);
      await write(3);
      await eventually(() => everywhere(3));
      await quietly(4);
      await deepClean(api.api.pool);
      await eventually(() => everywhere(4));
    } finally {
      await relay.close();
      for (const client of [redis, subscriber]) client.disconnect();
    }
  });

  test('are those that a refresh brought, for who has polled it to its end', async () => {
    await write(1);
    await api.api.cache.invalidate(['type:metrics']);
    expect(await told(api)).toEqual([1, 1, 1]);
    const { body } = await api.ask<RefreshAccepted>('system', 'POST /api/v1/manual/refresh/all', { body: {} });
    await quietly(2);
    await endRefresh(api, body.refresh_id, { metrics: 1 });
    await eventually(
      async () => expect((await api.ask('system', `GET ${body.status_url}`)).body.status).toBe('success'),
      { everyMs: 1 },
    );
    expect(await told(api)).toEqual([2, 2, 2]);
  });

  test('of a portfolio are always read anew, and only by who may see it', async () => {
    const measured = (to: number) =>
      api.api.pool.query(
        `insert into metrics (subject, period, as_of, "values") values ('pf_elsewhere', 'all', now(), $1)
         on conflict (subject, period) do update set "values" = excluded."values"`,
        [{ sharpe: to }],
      );
    const read = async (as: 'user' | 'admin') =>
      (await api.ask<{ data: { values: object }[] }>(as, 'GET /api/v1/metrics?subject=pf_elsewhere')).body.data.map(
        ({ values }) => values,
      );
    await measured(1);
    expect([await read('admin'), await read('user')]).toEqual([[{ sharpe: 1 }], []]);
    await measured(2);
    expect([await read('admin'), await read('user')]).toEqual([[{ sharpe: 2 }], []]);
  });
});

test('when the event stream had to start afresh, every answer that is held is over: words of changes may be lost', async () => {
  await storeQuote(api, 'BACK', 1);
  expect([await price('BACK'), await price('BACK', there)]).toEqual([1, 1]);
  await storeQuote(api, 'BACK', 2, { quietly: true });
  const { url } = testRedis();
  const [redis, subscriber] = [redisProducer(url), redisSubscriber(url)];
  await whenReady(redis, 5_000);
  await redis.xadd(`${api.prefix}:events`, '999999-0', 'row', 'of another log');
  const relay = runRelay({
    outbox: createOutbox(api.api.pool, api.databaseUrl),
    ...{ redis, subscriber, prefix: api.prefix },
  });
  try {
    await eventually(async () => expect([await price('BACK'), await price('BACK', there)]).toEqual([2, 2]), {
      withinMs: 20_000,
    });
  } finally {
    await relay.close();
    for (const client of [redis, subscriber]) client.disconnect();
  }
});

test('after a deploy the prices of the default watchlist are held before anybody asks', async () => {
  await api.api.pool.query(
    `insert into watchlist_items (watchlist_id, symbol) select id, 'WARM' from watchlists where is_default`,
  );
  await storeQuote(api, 'WARM', 1, { quietly: true });
  const fresh = await api.another();
  // Asked for earlier, the warming would share that question.
  await fresh.composed.warmed;
  await storeQuote(api, 'WARM', 2, { quietly: true });
  expect(await price('WARM', fresh)).toBe(1);
});

describe('what anybody can make up', () => {
  async function keysInRedis(pattern: string): Promise<string[]> {
    const redis = redisProducer(testRedis().url);
    await whenReady(redis, 5_000);
    try {
      return await redis.keys(`${api.prefix.replaceAll(/[{}]/g, '?')}*${pattern}*`);
    } finally {
      redis.disconnect();
    }
  }

  test('fills no Redis: neither ranges of history nor symbols without a price', async () => {
    await storeQuote(api, 'REAL', 1);
    await price('REAL');
    const symbols = Array.from({ length: 50 }, (_, i) => `MADEUP${i}`);
    expect((await api.ask('user', `GET /api/v1/market-data/latest?symbols=${symbols.join()}`)).body.missing).toEqual(
      symbols,
    );
    for (let day = 1; day < 10; day++)
      expect((await api.ask('user', `GET /api/v1/market-data/historical/FULL?from=2020-01-0${day}`)).status).toBe(200);
    await eventually(async () => expect(await keysInRedis('quote:REAL')).toHaveLength(1));
    for (const path of ['metrics?subject=MADEUP1', 'benchmark?symbol=MADEUP2'])
      expect((await api.ask('user', `GET /api/v1/${path}`)).status).toBe(200);
    expect(await keysInRedis('MADEUP')).toEqual([]);
    expect(await keysInRedis('history:')).toEqual([]);
  });

  test('and a range of days is one answer, however its ends are written', async () => {
    const closes = async (from: string, to: string) => {
      const path = `GET /api/v1/market-data/historical/SPELT?from=${from}&to=${to}`;
      return (await api.ask<{ data: object[] }>('user', path)).body.data.length;
    };
    await api.api.pool.query(
      `insert into assets (symbol, name, class, currency, calendar) values ('SPELT', 'Spelt', 'equity', 'USD', 'XNYS')`,
    );
    expect(await closes('2025-01-01', '2025-01-31')).toBe(0);
    await api.api.pool.query(
      `insert into daily_bars (symbol, session, close, source, provisional, fetched_at) values ('SPELT', '2025-01-02', 1, 'yahoo', false, now())`,
    );
    expect(await closes('2025-01-01T00:00:01.000Z', '2025-01-31T12:00:00Z')).toBe(0);
    expect(await closes('2025-01-01', '2025-01-30')).toBe(1);
  });
});
