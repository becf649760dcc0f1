import type { Problem, RefreshAccepted } from '@freshet/contracts';
import type { OperationKey } from '@freshet/contracts/api';
import { Webhook } from 'standardwebhooks';
import { type Answered, GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';
import { endRefresh, storeQuote } from './ended.fixture.ts';

type Told = Partial<RefreshAccepted> & Omit<Partial<Problem>, 'status'>;

let api: TestApi;
let there: Awaited<ReturnType<TestApi['another']>>;
beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS });
  there = await api.another();
});
afterAll(() => api.stop());

const FETCH = 'POST /api/v1/market-data/fetch/async';
const post = (key: string, body: object, on: Pick<TestApi, 'ask'> = api, what = FETCH) =>
  on.ask<Told>('admin', what, { body, headers: { 'idempotency-key': key } });
const age = (key: string, by: string) =>
  api.api.pool.query(`update idempotency_keys set created_at = created_at - $2::interval where key = $1`, [key, by]);
const rowsOf = async (table: string) => (await api.api.pool.query(`select from ${table}`)).rowCount;

describe('an Idempotency-Key', () => {
  test('gives the same answer for the same request, from any api', async () => {
    const first = await post('k1', { symbols: ['IDEM'], reason: 'x' });
    await api.api.pool.query(`update refreshes set status = 'success' where id = $1`, [first.body.refresh_id]);
    const again = await post('"k1"', { reason: 'x', symbols: ['IDEM'] }, there);
    expect([again.status, again.text]).toEqual([202, first.text]);
    expect([again.headers.get('idempotent-replayed'), again.headers.get('location')]).toEqual([
      'true',
      first.headers.get('location'),
    ]);
  });

  test('is refused for another request, also at another address', async () => {
    const { status, body } = await post('k1', { symbols: ['OTHER'] });
    expect([status, body.code]).toEqual([422, 'idempotency_key_reused']);
    const elsewhere = await post('k1', { symbols: ['IDEM'], reason: 'x' }, api, 'POST /api/v1/manual/refresh/prices');
    expect(elsewhere.body.code).toBe('idempotency_key_reused');
  });

  test('holds for 24 h, and no longer', async () => {
    const first = await post('k24', { symbols: ['DAY'] });
    await endRefresh(api, first.body.refresh_id ?? '', { quotes: { DAY: 1 } });
    await age('k24', '23 hours 59 minutes');
    expect((await post('k24', { symbols: ['DAY'] })).body.refresh_id).toBe(first.body.refresh_id);
    await age('k24', '2 minutes');
    expect((await post('k24', { symbols: ['DAY'] })).body.refresh_id).not.toBe(first.body.refresh_id);
  });

  test('is free again after a refusal, and belongs to one key alone', async () => {
    expect((await post('k2', { symbols: ['no symbol'] })).status).toBe(422);
    expect((await post('k2', { symbols: ['GOOD'] })).status).toBe(202);
    const other = await api.ask('system', FETCH, {
      body: { symbols: ['MINE'] },
      headers: { 'idempotency-key': 'k2' },
    });
    expect(other.status).toBe(202);
  });

  test('is kept for what was started, and not for an answer from fresh prices, which starts nothing', async () => {
    await storeQuote(api, 'FRESH', 1);
    const batch = (key: string, symbol: string) =>
      post(key, { symbols: [symbol] }, api, 'POST /api/v1/market-data/fetch/batch');
    const before = await rowsOf('idempotency_keys');
    for (let i = 0; i < 5; i++) expect((await batch(`fresh${i}`, 'FRESH')).status).toBe(200);
    expect(await rowsOf('idempotency_keys')).toBe(before);
    const again = await batch('fresh0', 'FRESH');
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, null]);
  });

  test('gives one link to sign in with, and shows it once', async () => {
    const link = () => api.ask('admin', 'POST /api/v1/session/links', { headers: { 'idempotency-key': 'link' } });
    const before = await rowsOf('sessions');
    const first = await link();
    expect([first.status, first.body.path]).toEqual([201, expect.stringMatching(/^\/sign-in\?token=/)]);
    const again = await link();
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect(again.body).toEqual({ path: null, url: null, expires_in_s: 900 });
    expect(await rowsOf('sessions')).toBe((before ?? 0) + 1);
    const { rows } = await api.api.pool.query(`select * from idempotency_keys where key = 'link'`);
    expect(JSON.stringify(rows)).not.toContain('token=');
  });

  test('sent twenty times at once starts one refresh', async () => {
    const before = await rowsOf('refreshes');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => post('k3', { symbols: ['TWENTY'] }, i % 2 ? there : api)),
    );
    const ids = new Set(answers.flatMap(({ body }) => body.refresh_id ?? []));
    expect([ids.size, await rowsOf('refreshes')]).toEqual([1, (before ?? 0) + 1]);
    const codes = new Set(answers.map(({ status, body }) => (status === 202 ? 202 : body.code)));
    for (const code of codes) expect([202, 'request_in_progress']).toContain(code);
  });

  test('is 1 to 255 visible characters', async () => {
    for (const key of ['x'.repeat(256), 'a b']) expect((await post(key, { symbols: ['KEY'] })).status).toBe(400);
    expect((await post('x'.repeat(255), { symbols: ['KEY'] })).status).toBe(202);
  });
});

describe('an api that dies between what it does and keeping its answer', () => {
  /** From here on no answer is kept: as if whoever would keep it had been killed just before. */
  async function dying<T>(work: () => Promise<T>): Promise<T> {
    await api.api.pool.query(`
      create function die() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$;
      create trigger die before update on idempotency_keys for each row when (new.status is not null) execute function die()`);
    try {
      return await work();
    } finally {
      await api.api.pool.query('drop function die cascade');
    }
  }

  /** Sends it to an api that dies, and again to another a little later. */
  async function twice(key: string, send: (on: Pick<TestApi, 'ask'>) => Promise<Answered<Told>>) {
    const { status, text } = await dying(() => send(api));
    expect([status, text.includes('killed')]).toEqual([500, false]);
    expect((await send(there)).body.code).toBe('request_in_progress');
    await age(key, '6 seconds');
    return send(there);
  }

  test.each([
    ['counted', 'admin'],
    ['uncounted', 'system'],
  ] as const)('has accepted one refresh (%s): the same key finds it, even when it has ended', async (_, role) => {
    const key = `dead-${role}`;
    const send = (on: Pick<TestApi, 'ask'>) =>
      on.ask<Told>(role, FETCH, { body: { symbols: [role.toUpperCase()] }, headers: { 'idempotency-key': key } });
    const before = await rowsOf('refreshes');
    await dying(() => send(api));
    const { rows } = await api.api.pool.query<{ id: string }>(
      'select id from refreshes order by accepted_at desc limit 1',
    );
    await endRefresh(api, rows[0]?.id ?? '', { quotes: { [role.toUpperCase()]: 5 } });
    await age(key, '6 seconds');
    const again = await send(there);
    expect([again.status, again.body]).toEqual([
      202,
      expect.objectContaining({ status: 'queued', refresh_id: rows[0]?.id, task_id: rows[0]?.id, coalesced: false }),
    ]);
    expect(again.headers.get('location')).toBe(again.body.status_url);
    expect(await rowsOf('refreshes')).toBe((before ?? 0) + 1);
    // And from now on it is a replay like any other; also after the time in which a dead one's key would be free.
    await age(key, '2 minutes');
    const third = await send(api);
    expect([third.body, third.headers.get('idempotent-replayed')]).toEqual([again.body, 'true']);
  });

  test('has started both refreshes of a request, and neither is started again', async () => {
    const body = { index: 'S&P 500', schedule: 'watchlist' };
    const before = await rowsOf('refreshes');
    const again = await twice('dead-2', (on) => post('dead-2', body, on, 'POST /api/v1/scheduler/refresh'));
    expect([again.status, again.body.also?.length]).toEqual([202, 1]);
    expect(await rowsOf('refreshes')).toBe((before ?? 0) + 2);
  });

  test('has fetched: who sends it again gets the quotes of that fetch', async () => {
    const batch = 'POST /api/v1/market-data/fetch/batch';
    const send = (on: Pick<TestApi, 'ask'>) =>
      on.ask<Told>('admin', batch, {
        body: { symbols: ['BATCH-USD'] },
        headers: { 'idempotency-key': 'dead-3', prefer: 'wait=0' },
      });
    await dying(() => send(api));
    const { rows } = await api.api.pool.query<{ id: string }>(`select id from refreshes where symbols = '{BATCH-USD}'`);
    await endRefresh(api, rows[0]?.id ?? '', { quotes: { 'BATCH-USD': 5 } });
    await age('dead-3', '6 seconds');
    expect((await send(there)).body).toMatchObject({ refresh_id: rows[0]?.id, quotes: [{ price: 5 }] });
  });

  test.each([
    ['portfolios', 'POST /api/v1/portfolios', { name: 'Once' }, 'portfolio_id'],
    ['watchlists', 'POST /api/v1/watchlists', { name: 'Once', symbols: ['AAPL'] }, 'watchlist_id'],
    ['users', 'POST /api/v1/users', { name: 'Once' }, 'user_id'],
    ['api_keys', 'POST /api/v1/keys', { name: 'Once' }, 'key_id'],
    ['strategies', 'POST /api/v1/strategies', { name: 'Once', method: 'equal_weight', symbols: ['KO'] }, 'strategy_id'],
    ['webhook_endpoints', 'POST /api/v1/webhooks/endpoints', { url: 'https://hooks.example.com/' }, 'endpoint_id'],
    [
      'webhook_triggers',
      'POST /api/v1/webhooks/triggers',
      { name: 'Once', kind: 'external', refresh: { kind: 'all' } },
      'trigger_id',
    ],
  ] as const)('has made one of %s, and the same key finds that one', async (table, what: OperationKey, body, id) => {
    const before = await rowsOf(table);
    const again = (await twice(`dead-${table}`, (on) => post(`dead-${table}`, body, on, what))) as Answered<
      Record<string, unknown>
    >;
    expect([again.status, await rowsOf(table)]).toEqual([201, (before ?? 0) + 1]);
    const { rows } = await api.api.pool.query<{ id: string }>(
      `select id from ${table} order by created_at desc limit 1`,
    );
    expect(again.body[id]).toBe(rows[0]?.id);
    // A secret was shown to nobody, and is kept nowhere.
    if ('secret' in again.body) expect(again.body.secret).toBeNull();
  });

  test('has added a holding and a watched symbol, each once', async () => {
    const portfolio = (
      await api.ask<{ portfolio_id: string }>('admin', 'POST /api/v1/portfolios', { body: { name: 'P' } })
    ).body.portfolio_id;
    const holding = { symbol: 'KO', quantity: '2' };
    const held = await twice('dead-h', (on) =>
      post('dead-h', holding, on, `POST /api/v1/portfolios/${portfolio}/holdings`),
    );
    expect([held.status, held.body]).toEqual([
      201,
      expect.objectContaining({ symbol: 'KO', quantity: '2', version: 1 }),
    ]);
    const watched = await twice('dead-w', (on) =>
      post('dead-w', { stock_symbol: 'WATCH' }, on, 'POST /api/v1/watchlists/default/items'),
    );
    // What the holding is worth is refreshed as well, whenever that comes.
    const { rowCount } = await api.api.pool.query(`select from refreshes where symbols = '{WATCH}'`);
    expect([watched.status, rowCount]).toEqual([201, 1]);
  });

  test('has fetched what came to a portfolio: sent again it fetches nothing more, even if more has no price by now', async () => {
    await storeQuote(api, '^GSPC', 5_000);
    const made = await api.ask<{ portfolio_id: string }>('admin', 'POST /api/v1/portfolios', { body: { name: 'P' } });
    const holdings = `POST /api/v1/portfolios/${made.body.portfolio_id}/holdings`;
    const send = (on: Pick<TestApi, 'ask'>) => post('dead-f', { symbol: 'CAME', quantity: '2' }, on, holdings);
    await dying(() => send(api));
    await api.ask('admin', holdings, { body: { symbol: 'CAME2', quantity: '2' } });
    await age('dead-f', '6 seconds');
    const again = await send(there);
    const { rows } = await api.api.pool.query<{ id: string; symbols: string[] }>(
      `select id, symbols from refreshes where 'CAME' = any(symbols) order by accepted_at`,
    );
    expect(rows.map(({ symbols }) => symbols)).toEqual([['CAME'], ['CAME', 'CAME2']]);
    expect([again.status, again.headers.get('x-refresh-id')]).toEqual([201, rows[0]?.id]);
  });

  test('has fired a trigger: the same message starts nothing more', async () => {
    const made = await api.ask<{ url: string; secret: string }>('admin', 'POST /api/v1/webhooks/triggers', {
      body: { name: 'Bell', kind: 'external', refresh: { kind: 'symbols', symbols: ['BELL'] } },
    });
    const at = new Date();
    const fire = (on: Pick<TestApi, 'ask'>) =>
      on.ask<Told>(null, `POST ${made.body.url}`, {
        raw: '{}',
        headers: {
          'webhook-id': 'msg_dead',
          'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
          'webhook-signature': new Webhook(made.body.secret).sign('msg_dead', at, '{}'),
        },
      });
    const before = await rowsOf('refreshes');
    const again = await twice('msg_dead', fire);
    expect([again.status, await rowsOf('refreshes')]).toEqual([202, (before ?? 0) + 1]);
  });
});
