import { endRefreshes, withTx } from '@freshet/store';
import { eventually } from '@freshet/testing';
import type { RefreshAccepted, RefreshResult } from '@freshet/contracts';
import { type Answered, GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';
import { endRefresh, storeQuote, waitingFor } from './ended.fixture.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS });
});
afterAll(() => api.stop());

const PRICES = 'POST /api/v1/manual/refresh/prices';
const start = (symbols: string[], more: object = {}) =>
  api.ask<RefreshAccepted>('admin', PRICES, { body: { symbols, ...more } });

describe('a refresh', () => {
  test('is a row before its 202, which says where to follow it', async () => {
    const { status, headers, body } = await start(['aapl', 'MSFT', 'AAPL']);
    expect(status).toBe(202);
    expect(body).toMatchObject({ status: 'queued', priority: 'high', coalesced: false });
    expect(body.refresh_id).toMatch(/^ref_[0-9a-z]{26}$/);
    expect([headers.get('location'), body.status_url]).toEqual([
      `/api/v1/refreshes/${body.refresh_id}`,
      `/api/v1/refreshes/${body.refresh_id}`,
    ]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    const { rows } = await api.api.pool.query(
      'select symbols, kind, role, source, request_id from refreshes where id = $1',
      [body.refresh_id],
    );
    expect(rows).toEqual([
      {
        symbols: ['AAPL', 'MSFT'],
        kind: 'prices',
        role: 'admin',
        source: 'manual',
        request_id: headers.get('x-request-id'),
      },
    ]);
  });

  test('is rung after its 202, and that is written down', async () => {
    const { body } = await start(['RUNG']);
    await eventually(async () => {
      const { rows } = await api.api.pool.query('select rung_at from refreshes where id = $1', [body.refresh_id]);
      expect(rows[0].rung_at).not.toBeNull();
    });
    expect(await api.api.producer.missingRefreshes([body.refresh_id])).toEqual([]);
  });

  test('asked again while it waits is the same one, and a more urgent caller lends it priority', async () => {
    const body = { symbols: ['KO', 'PEP'] };
    const first = await api.ask<RefreshAccepted>('system', PRICES, { body });
    expect([first.body.priority, first.body.coalesced]).toEqual(['low', false]);
    const second = await api.ask<RefreshAccepted>('admin', PRICES, {
      body: { symbols: ['pep', 'KO'], reason: 'why not' },
    });
    expect([second.body.refresh_id, second.body.coalesced, second.body.priority]).toEqual([
      first.body.refresh_id,
      true,
      'high',
    ]);
    const other = await api.ask<RefreshAccepted>('admin', PRICES, { body: { ...body, force_refresh: true } });
    expect(other.body.refresh_id).not.toBe(first.body.refresh_id);
  });

  test('is polled with an ETag that changes when it does, under either of its addresses', async () => {
    const { body } = await start(['POLL']);
    const path = `/api/v1/manual/refresh/${body.refresh_id}`;
    const first = await api.ask('admin', `GET ${path}`);
    expect(first.body).toMatchObject({ status: 'queued', progress: 0, items: { total: 0, done: 0, failed: 0 } });
    expect(first.headers.get('retry-after')).toBe('1');
    const etag = String(first.headers.get('etag'));
    expect((await api.ask('admin', `GET ${path}`, { headers: { 'if-none-match': etag } })).status).toBe(304);
    await endRefresh(api, body.refresh_id, { quotes: { POLL: 12.5 } });
    const ended = await eventually(async () => {
      const answer = await api.ask('admin', `GET ${path}`, { headers: { 'if-none-match': etag } });
      expect(answer.status).toBe(200);
      return answer;
    });
    expect(ended.body).toMatchObject({ status: 'success', items_updated: { prices: 1 }, progress: 1 });
    expect(ended.headers.get('retry-after')).toBeNull();
  });

  test('promises no end any more once the promised one has passed, also to those who have the answer with the promise', async () => {
    const { body } = await start(['LATE']);
    const path = `/api/v1/refreshes/${body.refresh_id}`;
    const begun = await api.api.pool.query(
      `update refreshes set status = 'in_progress', step = 'fetching', total = 1, fetches = 1, open = 1, seq = seq + 1,
         changed_at = now(), started_at = now(), estimate = '{"calls":{"yahoo":1},"duration_ms":5000}' where id = $1`,
      [body.refresh_id],
    );
    expect(begun.rowCount).toBe(1);
    const first = await eventually(async () => {
      const answer = await api.ask<{ estimated_completion: string | null }>('admin', `GET ${path}`);
      expect(answer.body.estimated_completion).not.toBeNull();
      return answer;
    });
    const known = { 'if-none-match': String(first.headers.get('etag')) };
    await eventually(
      async () => {
        const late = await api.ask('admin', `GET ${path}`, { headers: known });
        expect([late.status, late.body]).toMatchObject([200, { status: 'in_progress', estimated_completion: null }]);
      },
      { withinMs: 20_000 },
    );
    const { body: list } = await api.ask<{ data: object[] }>('admin', 'GET /api/v1/refreshes?status=in_progress');
    expect(list.data).toMatchObject([{ refresh_id: body.refresh_id, estimated_completion: null }]);
  });

  test('with Prefer: wait is answered by its end, or with 202 when time is up', async () => {
    const preferring = (wait: string) =>
      api.ask<RefreshResult>('admin', PRICES, { body: { symbols: ['WAIT'] }, headers: { prefer: wait } });
    const late = await preferring('wait=0');
    expect([late.status, late.headers.get('preference-applied')]).toEqual([202, 'wait=0']);
    await endRefresh(api, late.body.refresh_id);
    const waiting = preferring('respond-async, wait=30');
    await endRefresh(api, await waitingFor(api, 'WAIT'), { quotes: { WAIT: 1 } });
    const { status, body, headers } = await waiting;
    expect([status, body.status, headers.get('preference-applied')]).toEqual([200, 'success', 'wait=30']);
  });

  test('is cancelled by who asked for it, once; another who asked keeps it going', async () => {
    const body = { symbols: ['TSLA'] };
    const mine = await api.ask<RefreshAccepted>('user', PRICES, { body });
    await api.ask('support', PRICES, { body });
    const path = `DELETE /api/v1/refreshes/${mine.body.refresh_id}`;
    expect((await api.ask('system', path)).status).toBe(404);
    expect((await api.ask('user', path)).body).toMatchObject({ cancelled: false });
    expect((await api.ask('support', path)).body).toMatchObject({ cancelled: true });
    expect((await api.ask('support', path)).body).toMatchObject({ code: 'already_ended' });
    const view = await api.ask('user', `GET /api/v1/refreshes/${mine.body.refresh_id}`);
    expect(view.body).toMatchObject({ status: 'cancelled' });
  });

  test('may only call back to an endpoint that its caller has registered', async () => {
    const url = 'https://hooks.example.com/done';
    const refused = await start(['CALL'], { callback_url: url });
    expect(refused.body).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/callback_url' }] });
    await api.ask('user', 'POST /api/v1/webhooks/endpoints', { body: { url } });
    expect((await start(['CALL'], { callback_url: url })).status).toBe(422);
    const made = await api.ask('admin', 'POST /api/v1/webhooks/endpoints', {
      body: { url, events: ['refresh.failed'] },
    });
    const { body } = await start(['CALL'], { callback_url: url });
    await endRefresh(api, body.refresh_id);
    const log = await api.ask<{ data: object[] }>('admin', 'GET /api/v1/webhooks/deliveries');
    expect(log.body.data).toMatchObject([
      { endpoint_id: made.body.endpoint_id, event: 'refresh.completed', state: 'pending' },
    ]);
    expect((await api.ask<{ data: object[] }>('user', 'GET /api/v1/webhooks/deliveries')).body.data).toEqual([]);
  });

  test('is listed by its filters, page by page', async () => {
    for (const symbol of ['P1', 'P2', 'P3']) await api.ask('support', PRICES, { body: { symbols: [symbol] } });
    const me = await api.ask<{ user_id: string }>('support', 'GET /api/v1/me');
    const seen: string[] = [];
    let next: string | null = `/api/v1/refreshes?limit=2&kind=prices&requested_by=${me.body.user_id}`;
    for (let pages = 0; next !== null && pages < 10; pages++) {
      const page: Answered<{ data: { refresh_id: string }[] }> = await api.ask('admin', `GET ${next}`);
      seen.push(...page.body.data.map(({ refresh_id }) => refresh_id));
      next = /^<(.*)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1] ?? null;
    }
    expect(new Set(seen).size).toBe(seen.length);
    const { rows } = await api.api.pool.query(
      `select id from refreshes r where kind = 'prices' and (user_id = $1
         or exists (select from refresh_callers c where c.refresh_id = r.id and c.user_id = $1))`,
      [me.body.user_id],
    );
    expect([...seen].sort()).toEqual(rows.map(({ id }: { id: string }) => id).sort());
  });

  test('is estimated without being started', async () => {
    const before = await api.api.pool.query('select count(*)::int as n from refreshes');
    const { status, body } = await api.ask('user', 'POST /api/v1/refreshes/estimate', { body: { symbols: ['AAPL'] } });
    expect([status, body.symbols, body.no_provider]).toEqual([200, 1, ['AAPL']]);
    const after = await api.api.pool.query('select count(*)::int as n from refreshes');
    expect(after.rows).toEqual(before.rows);
  });
});

describe('a fetch', () => {
  const FETCH = 'GET /api/v1/market-data/fetch';

  test('answered from fresh data creates nothing', async () => {
    await storeQuote(api, 'BTC-USD', 90_000, { agoS: 5 });
    const { status, body, headers } = await api.ask('user', `${FETCH}/btc-usd`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ symbol: 'BTC-USD', price: 90_000, freshness: 'live', stale_served: false, change: 1 });
    expect(headers.get('x-refresh-id')).toBeNull();
  });

  test('of what is old waits for its refresh, under the alias too', async () => {
    await storeQuote(api, 'ETH-USD', 3_000, { agoS: 3_600 });
    const waiting = api.ask('user', 'GET /api/market-data/fetch/ETH-USD');
    await endRefresh(api, await waitingFor(api, 'ETH-USD'), { quotes: { 'ETH-USD': 3_100 } });
    const { status, body } = await waiting;
    expect([status, body.price, body.stale_served]).toEqual([200, 3_100, false]);
  });

  test('goes by what is known of the symbol, as plans do: a volatile one is old after half a minute', async () => {
    await api.api.pool.query(
      `insert into assets (symbol, name, class, currency, calendar, volatility) values
         ('CALM-USD', 'calm', 'crypto', 'USD', '24/7', 0.3), ('WILD-USD', 'wild', 'crypto', 'USD', '24/7', 0.9)`,
    );
    for (const symbol of ['CALM-USD', 'WILD-USD']) await storeQuote(api, symbol, 10, { agoS: 40 });
    const ask = async (symbol: string) =>
      (await api.ask('user', `${FETCH}/${symbol}`, { headers: { prefer: 'wait=0' } })).status;
    expect(await ask('CALM-USD')).toBe(200);
    expect(await ask('WILD-USD')).toBe(202);
    const { body } = await api.ask('user', 'GET /api/v1/market-data/explain/WILD-USD');
    expect(body.freshness_policy).toMatchObject({ because: 'a refresh would fetch it now' });
  });

  test('tells what its currency is worth in dollars: a coin’s price in them, whatever was asked for as FX once', async () => {
    for (const [symbol, price] of Object.entries({
      'ETH-BTC': 0.05,
      'BTC-USD': 40_000,
      'BTCUSD=X': 2,
      'SEKUSD=X': 0.1,
    }))
      await storeQuote(api, symbol, price);
    const rate = async (currency: string) => {
      await api.api.pool.query(`update latest_quotes set currency = $1 where symbol = 'ETH-BTC'`, [currency]);
      return (await api.ask('user', 'GET /api/v1/market-data/explain/ETH-BTC')).body.fx_rate;
    };
    expect(await rate('BTC')).toMatchObject({ pair: 'BTC-USD', rate: 40_000 });
    expect(await rate('SEK')).toMatchObject({ pair: 'SEKUSD=X', rate: 0.1 });
  });

  test('is explained of a parked symbol as plans have it: nobody is asked before its next probe', async () => {
    await api.api.pool.query(
      `insert into assets (symbol, name, class, currency, calendar, status, probe_at) values
         ('GONE-USD', 'gone', 'crypto', 'USD', '24/7', 'parked', '2999-01-01T00:00:00Z'),
         ('DUE-USD', 'due', 'crypto', 'USD', '24/7', 'parked', '2020-01-01T00:00:00Z')`,
    );
    await storeQuote(api, 'GONE-USD', 10, { agoS: 40_000 });
    const policy = async (symbol: string) =>
      (await api.ask('user', `GET /api/v1/market-data/explain/${symbol}`)).body.freshness_policy;
    expect(await policy('GONE-USD')).toMatchObject({ because: 'parked', next_refresh_at: '2999-01-01T00:00:00.000Z' });
    expect(await policy('DUE-USD')).toMatchObject({ because: 'a refresh would fetch it now' });
  });

  const failing = { state: 'failed', reason: 'unavailable', detail: 'no answer' } as const;

  test('while all providers are down serves the last good price and says so; without one it is 503', async () => {
    await storeQuote(api, 'SOL-USD', 150, { agoS: 3_600 });
    const stale = api.ask('user', `${FETCH}/SOL-USD`);
    await endRefresh(api, await waitingFor(api, 'SOL-USD'), { items: { 'SOL-USD': failing } });
    expect((await stale).body).toMatchObject({
      price: 150,
      stale_served: true,
      stale_reason: 'unavailable: no answer',
    });
    const none = api.ask('user', `${FETCH}/NONE`);
    await endRefresh(api, await waitingFor(api, 'NONE'), { items: { NONE: failing } });
    expect((await none).body).toMatchObject({ status: 503, code: 'no_price' });
  });

  test('is explained with who refused a newer one last, and when, until there is one', async () => {
    const refused = async () => (await api.ask('user', 'GET /api/v1/market-data/explain/NEAR-USD')).body.refused;
    await storeQuote(api, 'NEAR-USD', 5, { agoS: 3_600 });
    expect(await refused()).toBeNull();
    const asked = api.ask('user', `${FETCH}/NEAR-USD`);
    await endRefresh(api, await waitingFor(api, 'NEAR-USD'), { items: { 'NEAR-USD': failing } });
    await asked;
    expect(await refused()).toEqual({
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      chain: [{ provider: 'yahoo', reason: 'unavailable' }],
    });
    await storeQuote(api, 'NEAR-USD', 6);
    expect(await refused()).toBeNull();
  });

  test('whose refresh ends before anybody plans it serves the old price and says so, and a fresh one as what it is', async () => {
    await storeQuote(api, 'ADA-USD', 1, { agoS: 3_600 });
    await storeQuote(api, 'XRP-USD', 2, { agoS: 5 });
    const ending = async (status: 'timed_out' | 'cancelled' | 'failed') => {
      const asked = api.ask('user', 'POST /api/v1/market-data/fetch/batch', {
        body: { symbols: ['ADA-USD', 'XRP-USD'], deadline_s: 60 },
      });
      const id = await waitingFor(api, 'ADA-USD');
      await withTx(api.api.pool, (client) => endRefreshes(client, [id], { status, reason: 'nobody came' }));
      return (await asked).body;
    };
    for (const status of ['timed_out', 'cancelled', 'failed'] as const) {
      expect(await ending(status)).toMatchObject({
        status,
        quotes: [
          { symbol: 'ADA-USD', stale_served: true, stale_reason: `${status}: nobody came` },
          { symbol: 'XRP-USD', stale_served: false },
        ],
      });
    }
    const one = api.ask('user', `${FETCH}/ADA-USD`);
    await endRefresh(api, await waitingFor(api, 'ADA-USD'));
    expect((await one).body).toMatchObject({ price: 1, stale_served: true });
  });

  test('without an outcome of its own serves what another refresh has brought meanwhile as new', async () => {
    await storeQuote(api, 'DOT-USD', 1, { agoS: 3_600 });
    const asked = api.ask('user', `${FETCH}/DOT-USD?force_refresh=true`);
    const id = await waitingFor(api, 'DOT-USD');
    await storeQuote(api, 'DOT-USD', 3);
    await endRefresh(api, id);
    expect((await asked).body).toMatchObject({ price: 3, stale_served: false });
  });

  const OUTAGE = ['yahoo', 'binance'].map((provider) => ({ provider, reason: 'unavailable', detail: 'HTTP 503' }));

  test('while those asked so far are down and the rest takes longer than the wait, serves the last good price too', async () => {
    await storeQuote(api, 'LTC-USD', 80, { agoS: 3_600 });
    await api.api.pool.query(
      `insert into wants (symbol, data, class, lane, rank, turn, owner, fresh_after, tried)
       values ('LTC-USD', 'quote', 'crypto', 'coingecko', 20, 1, 'somebody', now(), $1)`,
      [JSON.stringify(OUTAGE)],
    );
    const { status, body, headers } = await api.ask('user', `${FETCH}/LTC-USD`);
    expect([status, body.price, body.stale_served]).toEqual([200, 80, true]);
    expect(body.stale_reason).toBe('unavailable: binance, yahoo: HTTP 503');
    expect(headers.get('location')).toMatch(/^\/api\/v1\/refreshes\/ref_/);
  }, 60_000);

  test('of a symbol without a price, and of several, says so then as well, unless one of them waits for something else', async () => {
    await storeQuote(api, 'DOWN1-USD', 80, { agoS: 3_600 });
    const tried = JSON.stringify(OUTAGE);
    await api.api.pool.query(
      `insert into wants (symbol, data, class, lane, rank, turn, owner, fresh_after, tried)
       select symbol, 'quote', 'crypto', 'coingecko', 20, 1, 'somebody', now(),
         case when symbol = 'BUSY-USD' then $2::jsonb else $1::jsonb end
       from unnest(array['DOWN1-USD', 'DOWN2-USD', 'BUSY-USD']) as t(symbol)`,
      // One provider's hiccup: whoever comes next may have a price.
      [tried, JSON.stringify(OUTAGE.slice(0, 1))],
    );
    const batch = (...symbols: string[]) =>
      api.ask('user', 'POST /api/v1/market-data/fetch/batch', { body: { symbols } });
    const [one, several, busy] = await Promise.all([
      api.ask('user', `${FETCH}/DOWN2-USD`),
      batch('DOWN1-USD', 'DOWN2-USD'),
      batch('DOWN1-USD', 'BUSY-USD'),
    ]);
    expect([one.status, one.body.code, one.body.chain]).toEqual([503, 'no_price', JSON.parse(tried)]);
    expect(one.body.detail).toMatch(/^HTTP 503, and none is stored/);
    for (const { headers } of [one, several]) {
      expect(headers.get('location')).toMatch(/^\/api\/v1\/refreshes\/ref_/);
      expect(headers.get('x-refresh-id')).toMatch(/^ref_/);
    }
    expect([several.status, several.body]).toMatchObject([
      200,
      {
        status: 'queued',
        quotes: [
          { symbol: 'DOWN1-USD', price: 80, stale_served: true, stale_reason: 'unavailable: binance, yahoo: HTTP 503' },
        ],
        failures: [{ symbol: 'DOWN2-USD', kind: 'unavailable', detail: 'HTTP 503', served: null }],
      },
    ]);
    expect(busy.status).toBe(202);
  }, 60_000);

  test('of a symbol that nobody knows is 404', async () => {
    const asked = api.ask('user', `${FETCH}/ZZZZ`);
    const unknown = { state: 'failed', reason: 'unknown_symbol', detail: 'no provider knows ZZZZ' } as const;
    await endRefresh(api, await waitingFor(api, 'ZZZZ'), { items: { ZZZZ: unknown } });
    expect((await asked).body).toMatchObject({ status: 404, code: 'unknown_symbol' });
  });

  test('of several tells of those without a quote too, whatever became of them', async () => {
    const body = { symbols: ['ZZZY', 'E1'], force_refresh: true };
    const asking = () => api.ask('user', 'POST /api/v1/market-data/fetch/batch', { body });
    const parked = { state: 'skipped', reason: 'parked', detail: 'no provider knows this symbol' } as const;
    const quota = { state: 'skipped', reason: 'quota', detail: 'spent until noon' } as const;
    const none = asking();
    await endRefresh(api, await waitingFor(api, 'ZZZY'), { items: { ZZZY: parked, E1: quota } });
    const unknown = { symbol: 'ZZZY', kind: 'unknown_symbol', detail: 'no provider knows this symbol', served: null };
    expect((await none).body).toMatchObject({
      status: 'failed',
      quotes: [],
      failures: [unknown, { symbol: 'E1', kind: 'quota_spent', detail: 'spent until noon' }],
    });
    const one = asking();
    const id = await waitingFor(api, 'ZZZY');
    await endRefresh(api, id, { quotes: { E1: 7 }, items: { ZZZY: { ...parked, next: '2027-01-01T00:00:00.000Z' } } });
    expect((await one).body).toMatchObject({
      status: 'partial',
      quotes: [{ symbol: 'E1', price: 7 }],
      failures: [{ ...unknown, next_probe_at: '2027-01-01T00:00:00.000Z' }],
    });
    const unplanned = asking();
    const last = await waitingFor(api, 'ZZZY');
    await withTx(api.api.pool, (client) =>
      endRefreshes(client, [last], { status: 'timed_out', reason: 'nobody came' }),
    );
    expect((await unplanned).body).toMatchObject({
      status: 'timed_out',
      quotes: [{ symbol: 'E1', stale_served: true }],
      failures: [{ symbol: 'ZZZY', kind: 'timed_out', detail: 'timed_out: nobody came' }],
    });
  });

  test('that takes longer than its wait is a 202 to follow', async () => {
    const { status, body } = await api.ask('user', `${FETCH}/SLOW`, { headers: { prefer: 'wait=0' } });
    expect([status, body.status]).toEqual([202, 'queued']);
    await endRefresh(api, String(body.refresh_id));
  });

  test('of several tells quotes and failures, and asynchronously a task id', async () => {
    const asked = api.ask('user', 'POST /api/v1/market-data/fetch/batch', {
      body: { symbols: ['B1', 'B2'], force_refresh: true },
    });
    await endRefresh(api, await waitingFor(api, 'B1'), { quotes: { B1: 5 }, items: { B2: failing } });
    const { status, body } = await asked;
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'partial',
      quotes: [{ symbol: 'B1', price: 5 }],
      failures: [{ symbol: 'B2' }],
    });
    const later = await api.ask('user', 'POST /api/market-data/fetch/async', { body: { symbols: ['C1'] } });
    expect([later.status, later.body.task_id]).toEqual([202, later.body.refresh_id]);
  });
});
