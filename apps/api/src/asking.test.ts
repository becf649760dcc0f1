import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem, RefreshAccepted, RefreshItemView, RefreshResult, RefreshView, Role } from '@freshet/contracts';
import { type EstimateDetail, type Operation, type OperationKey, operations } from '@freshet/contracts/api';
import { writeProviderStatus } from '@freshet/store';
import { eventually } from '@freshet/testing';
import { type Answered, GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';
import { endRefresh, providerStatus, storeQuote } from './ended.fixture.ts';

/** What comes back, to the letter: the shapes of a refresh from its 202 to its end, and who may do what with it. */
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS });
});
afterAll(() => api.stop());

const PRICES = 'POST /api/v1/manual/refresh/prices';
const ask = (role: Role, symbols: string[], more: object = {}) =>
  api.ask<RefreshAccepted>(role, PRICES, { body: { symbols, ...more } });
/** What doesn't change from look to look. */
const nameOf = (row: object) =>
  Object.entries(row).find(([name]) => /(_id|^id|symbol|name|queue|session)$/.test(name))?.[1];
const keys = (value: object) => Object.keys(value).sort();

describe('the shapes of a refresh', () => {
  test('are those of the contract: its 202, its poll while it runs, and its end', async () => {
    const { body } = await ask('admin', ['SHAPE', 'SHAPE2']);
    expect(keys(body)).toEqual(
      ['coalesced', 'estimate', 'events_url', 'priority', 'refresh_id', 'status', 'status_url'].sort(),
    );
    expect(body.estimate).toEqual({ calls: expect.any(Object), duration_ms: expect.any(Number) });
    const running = (await api.ask<RefreshView>('admin', `GET ${body.status_url}`)).body;
    const shared = [
      'accepted_at',
      'current_step',
      'items',
      'kind',
      'mode',
      'priority',
      'progress',
      'refresh_id',
      'request_id',
    ];
    expect(keys(running)).toEqual([...shared, 'estimated_completion', 'poll_after_ms', 'source', 'status'].sort());
    const failing = { state: 'failed', reason: 'unavailable', detail: 'down' } as const;
    await endRefresh(api, body.refresh_id, { quotes: { SHAPE: 1 }, items: { SHAPE2: failing } });
    const ended = await eventually(async () => {
      const answer = await api.ask<RefreshResult>('admin', `GET ${body.status_url}`);
      expect(answer.body.status).toBe('partial');
      return answer.body;
    });
    const result = ['duration_ms', 'failures', 'items_skipped', 'items_updated', 'next_refresh_at', 'provider_calls'];
    expect(keys(ended)).toEqual([...shared, ...result, 'queued_ms', 'reason', 'source', 'status', 'timestamp'].sort());
    expect(ended.items_updated).toEqual({ prices: 1, portfolios: 0, metrics: 0 });
    expect(ended.reason).toMatch(/^1 of 2 could not be refreshed/);
    const chain = [{ provider: 'yahoo', reason: 'unavailable' }];
    expect(ended.failures).toEqual([{ symbol: 'SHAPE2', kind: 'unavailable', detail: 'down', chain, served: null }]);
  });

  test('name the request that opened it, while it runs, at its end and in the list; a schedule has none', async () => {
    const headers = { 'x-request-id': 'from-the-desk-7' };
    const { body } = await api.ask<RefreshAccepted>('admin', PRICES, { body: { symbols: ['NAMED'] }, headers });
    const joined = await ask('admin', ['NAMED']);
    expect(joined.body).toMatchObject({ coalesced: true, refresh_id: body.refresh_id });
    const told = async (id: string) => {
      const { body: view } = await api.ask<RefreshView>('admin', `GET /api/v1/refreshes/${id}`);
      const list = await api.ask<{ data: RefreshView[] }>('admin', 'GET /api/v1/refreshes');
      return [view.request_id, list.body.data.find(({ refresh_id }) => refresh_id === id)?.request_id];
    };
    expect(await told(body.refresh_id)).toEqual(['from-the-desk-7', 'from-the-desk-7']);
    await endRefresh(api, body.refresh_id, { quotes: { NAMED: 1 } });
    expect(await told(body.refresh_id)).toEqual(['from-the-desk-7', 'from-the-desk-7']);
    await api.api.pool.query(`update refreshes set request_id = null, seq = seq + 1 where id = $1`, [body.refresh_id]);
    const { body: list } = await api.ask<{ data: RefreshView[] }>('admin', 'GET /api/v1/refreshes');
    expect(list.data.find(({ refresh_id }) => refresh_id === body.refresh_id)?.request_id).toBeNull();
  });

  test.each([
    ['admin', 'high'],
    ['user', 'medium'],
    ['support', 'medium'],
    ['system', 'low'],
  ] as const)('of %s has the class %s, and ten minutes to end unless it says otherwise', async (role, priority) => {
    const { body } = await ask(role, [`CLASS${role.toUpperCase()}`]);
    const hasty = await ask(role, [`HASTY${role.toUpperCase()}`], { deadline_s: 30 });
    expect(body.priority).toBe(priority);
    const { rows } = await api.api.pool.query<{ s: number }>(
      'select extract(epoch from deadline_at - accepted_at)::float8 as s from refreshes where id = any($1) order by 1',
      [[body.refresh_id, hasty.body.refresh_id]],
    );
    expect(rows.map(({ s }) => Math.round(s))).toEqual([30, 600]);
  });

  test('say of each item what became of it, page by page and by state', async () => {
    const { body } = await ask('user', ['I1', 'I2', 'I3']);
    const skipped = { state: 'skipped', reason: 'quota', detail: 'spent' } as const;
    const failing = { state: 'failed', reason: 'malformed', detail: 'no price in it' } as const;
    await endRefresh(api, body.refresh_id, { quotes: { I1: 1 }, items: { I2: skipped, I3: failing } });
    const path = `/api/v1/refreshes/${body.refresh_id}/items`;
    const first = await api.ask<{ data: RefreshItemView[]; next_cursor: string }>('user', `GET ${path}?limit=2`);
    expect(first.body.data.map(({ subject, state, reason }) => [subject, state, reason])).toEqual([
      ['I1', 'updated', null],
      ['I2', 'skipped', 'quota'],
    ]);
    const link = /^<(.*)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1];
    const second = await api.ask<{ data: object[]; next_cursor: null }>('user', `GET ${link}`);
    expect(second.body).toMatchObject({ data: [{ subject: 'I3', detail: 'no price in it' }], next_cursor: null });
    expect(second.headers.get('link')).toBeNull();
    const failed = await api.ask<{ data: object[] }>('user', `GET ${path}?state=failed`);
    expect(failed.body.data).toMatchObject([{ subject: 'I3', state: 'failed', chain: [{ provider: 'yahoo' }] }]);
  });
});

describe('waiting for a refresh', () => {
  test('works at its address, too, and for no longer than a minute', async () => {
    const { body } = await ask('admin', ['PATIENT']);
    const waiting = api.ask('admin', `GET ${body.status_url}`, { headers: { prefer: 'wait=999' } });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await endRefresh(api, body.refresh_id, { quotes: { PATIENT: 1 } });
    const { headers, body: ended } = await waiting;
    expect([ended.status, headers.get('preference-applied')]).toEqual(['success', 'wait=60']);
  });
});

describe('a list of refreshes', () => {
  const list = async (role: Role, query: string) =>
    (await api.ask<{ data: { refresh_id: string }[] }>(role, `GET /api/v1/refreshes?limit=200&${query}`)).body.data.map(
      ({ refresh_id: id }) => id,
    );

  test('is narrowed by status, kind, who asked or joined, and since when', async () => {
    const old = (await ask('support', ['LIST1'])).body.refresh_id;
    await api.api.pool.query(`update refreshes set accepted_at = accepted_at - interval '2 hours' where id = $1`, [
      old,
    ]);
    const young = (await ask('support', ['LIST2'])).body.refresh_id;
    await ask('user', ['LIST2']);
    await endRefresh(api, young, { quotes: { LIST2: 1 } });
    const since = new Date(Date.now() - 3_600_000).toISOString();
    expect(await list('admin', `since=${since}`)).toEqual(expect.arrayContaining([young]));
    expect(await list('admin', `since=${since}`)).not.toContain(old);
    expect(await list('admin', 'status=success')).toContain(young);
    expect(await list('admin', 'status=success')).not.toContain(old);
    expect(await list('admin', 'kind=watchlist')).not.toContain(old);
    expect(await list('admin', `requested_by=${api.userId}&since=${since}`)).toContain(young);
    expect(await list('user', 'requested_by=me')).toContain(young);
    expect(await list('user', 'status=queued')).not.toContain(old);
  });
});

describe('cancelling', () => {
  /** One refresh that three have asked for. */
  async function shared(symbol: string): Promise<string> {
    for (const role of ['user', 'support', 'system'] as const) await ask(role, [symbol]);
    return (await ask('user', [symbol])).body.status_url;
  }

  test.each(['user', 'support', 'system'] as const)('by %s detaches them alone', async (role) => {
    const path = await shared(`ALONE${role.toUpperCase()}`);
    expect((await api.ask(role, `DELETE ${path}`)).body).toMatchObject({ cancelled: false });
    expect((await api.ask(role, `DELETE ${path}`)).body).toMatchObject({ cancelled: false });
    expect((await api.ask(role, `GET ${path}`)).body).toMatchObject({ status: 'queued' });
  });

  test('by all of them stops it, and whoever asks again before that is with it again', async () => {
    const path = await shared('ALL');
    for (const role of ['user', 'support'] as const) await api.ask(role, `DELETE ${path}`);
    expect((await ask('user', ['ALL'])).body).toMatchObject({ coalesced: true, status_url: path });
    expect((await api.ask('system', `DELETE ${path}`)).body).toMatchObject({ cancelled: false });
    expect((await api.ask('user', `DELETE ${path}`)).body).toMatchObject({ cancelled: true });
    expect((await api.ask('user', `GET ${path}`)).body).toMatchObject({
      ...{ status: 'cancelled', reason: 'cancelled by its caller' },
    });
  });

  test('by an admin, who has not asked for it, stops it for everybody', async () => {
    const path = await shared('ADMIN');
    expect((await api.ask('admin', `DELETE ${path}`)).body).toMatchObject({ cancelled: true });
    for (const role of ['user', 'support', 'system'] as const) {
      expect((await api.ask(role, `GET ${path}`)).body).toMatchObject({
        ...{ status: 'cancelled', reason: 'cancelled by an admin' },
      });
    }
    expect((await api.ask('admin', `DELETE ${path}`)).body).toMatchObject({ status: 409, code: 'already_ended' });
    expect((await ask('user', ['ADMIN'])).body.coalesced).toBe(false);
  });
});

describe('an estimate', () => {
  test('tells calls per provider and how long they take, for the body of the refresh itself, and enqueues nothing', async () => {
    const serves = { quote: { classes: ['equity' as const], batch_max: 20, batch_best: 20, cost_best: 1 } };
    const more = { serves, preference: { equity: 0 }, latency_ms: { p50: 100, p95: 200 } };
    await writeProviderStatus(api.api.pool, [providerStatus('yahoo', 'Yahoo', more)]);
    const symbols = Array.from({ length: 45 }, (_, i) => `EST${i}`);
    const rowsOf = async () => (await api.api.pool.query('select from refreshes')).rowCount;
    const before = await rowsOf();
    const estimate = await eventually(async () => {
      const { body } = await api.ask<EstimateDetail>('user', 'POST /api/v1/refreshes/estimate', {
        body: { symbols, mode: 'smart', max_age_s: 0, deadline_s: 60, reason: 'curious' },
      });
      expect(body.calls).toEqual({ yahoo: 3 });
      return body;
    });
    expect(estimate).toMatchObject({ symbols: 45, fetches: { quotes: 45, bars: 0 }, skipped: {}, no_provider: [] });
    // Three calls one after the other.
    expect(estimate.duration_ms).toBeGreaterThanOrEqual(300);
    expect(await rowsOf()).toBe(before);
    const { body } = await ask('user', symbols);
    expect(body.estimate.calls).toEqual({ yahoo: 3 });
  });
});

test('lists come page by page, with a Link to the next one, and all pages are the whole', async () => {
  const lists = (Object.keys(operations) as OperationKey[]).filter((key) => {
    const { query } = operations[key] as Operation;
    return (
      query !== undefined && 'cursor' in query.shape && !/\{(portfolio|holding|strategy|index|refresh)_id\}/.test(key)
    );
  });
  expect(lists.length).toBeGreaterThan(15);
  for (let i = 0; i < 3; i++) {
    await ask('admin', [`PAGE${i}`]);
    await api.ask('admin', 'POST /api/v1/watchlists', { body: { name: `Page ${i}` } });
  }
  for (const key of lists) {
    const path = key.split(' ')[1]?.replace('{watchlist_id}', 'default') ?? '';
    const whole = await api.ask<{ data: object[]; next_cursor: string | null }>('admin', `GET ${path}?limit=200`);
    const size = Math.max(1, Math.ceil(whole.body.data.length / 3));
    const seen: object[] = [];
    let next: string | null = `${path}?limit=${size}`;
    for (let page = 0; next !== null && page < 5; page++) {
      const answer: Answered<{ data: object[]; next_cursor: string | null }> = await api.ask('admin', `GET ${next}`);
      expect([key, answer.body.data.length <= size]).toEqual([key, true]);
      seen.push(...answer.body.data);
      next = /^<(.*)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1] ?? null;
      expect([key, next === null]).toEqual([key, answer.body.next_cursor === null]);
    }
    expect([key, seen.map(nameOf)]).toEqual([key, whole.body.data.map(nameOf)]);
  }
});

test('reads carry an ETag, and who has that version already gets 304 without a body', async () => {
  const { body } = await ask('admin', ['TAG']);
  await endRefresh(api, body.refresh_id, { quotes: { TAG: 1 } });
  const me = await api.ask<{ user_id: string }>('admin', 'GET /api/v1/me');
  for (const path of [
    ...[body.status_url, `${body.status_url}/items`, '/api/v1/refreshes?limit=1', '/api/v1/me', '/api/v1/session'],
    ...['/api/v1/watchlists', '/api/v1/watchlists/default', '/api/v1/portfolios', '/api/v1/strategies', '/api/v1/keys'],
    ...['/api/v1/assets?limit=5', '/api/v1/indexes', '/api/v1/alerts', '/api/v1/anomalies'],
    ...['/api/v1/failed', '/api/v1/webhooks/endpoints', '/api/v1/webhooks/triggers', '/api/v1/webhooks/deliveries'],
    ...['/api/v1/scheduler/schedules', '/api/v1/market-data/sources/status', `/api/v1/users/${me.body.user_id}`],
    ...['/api/v1/market-data/historical/AAPL?from=2025-01-01&to=2025-01-10', '/api/v1/metrics?limit=1'],
  ]) {
    const first: Answered<object> = await api.ask('admin', `GET ${path}`);
    const etag = first.headers.get('etag') ?? '';
    const again = await api.ask('admin', `GET ${path}`, { headers: { 'if-none-match': `"other", W/${etag}` } });
    expect([path, first.status, again.status, again.text]).toEqual([path, 200, 304, '']);
    const other = await api.ask('admin', `GET ${path}`, { headers: { 'if-none-match': '"other"' } });
    expect([path, other.status]).toEqual([path, 200]);
  }
});

test('the ETag of what is told of this moment changes with what is told, not with the moment', async () => {
  const store = async (symbol: string, agoS: number) => {
    await storeQuote(api, symbol, 90_000, { agoS });
    await api.api.pool.query(
      `insert into financial_time_series (symbol, time, price, exchange, currency, fetched_at)
       values ($1, now() - make_interval(secs => $2::int), 100 - $2::int, 'yahoo', 'USD', now())`,
      [symbol, agoS],
    );
  };
  const history = '/api/v1/market-data/historical/BTC-USD?interval=';
  const all = ['/api/v1/freshness', '/api/v1/freshness?limit=1', `${history}raw`, `${history}15m`];
  const tags = new Map<string, string>();
  const look = async (paths: string[]) => {
    const statuses: number[] = [];
    for (const path of paths) {
      const known = tags.get(path) ?? '"none"';
      const { status, headers } = await api.ask('admin', `GET ${path}`, { headers: { 'if-none-match': known } });
      tags.set(path, headers.get('etag') ?? '');
      statuses.push(status);
    }
    return statuses;
  };
  const { body } = await api.ask<{ data: { symbol: string }[] }>('admin', 'GET /api/v1/freshness?limit=1');
  await store('BTC-USD', 2);
  expect(await look(all)).toEqual([200, 200, 200, 200]);
  await sleep(1_100);
  expect(await look(all)).toEqual([304, 304, 304, 304]);
  for (const symbol of ['BTC-USD', body.data[0]?.symbol ?? '']) await store(symbol, 1);
  expect(await look(all)).toEqual([200, 200, 200, 200]);
  // A price that was live grows old: nobody wrote, and something else is told.
  await store('BTC-USD', 59);
  expect(await look(all.slice(0, 1))).toEqual([200]);
  await sleep(1_100);
  expect(await look(all.slice(0, 1))).toEqual([200]);
  expect(await look(all.slice(0, 1))).toEqual([304]);
});

test('a callback to an endpoint that nobody registered is refused, also where nothing would be started', async () => {
  await storeQuote(api, 'YOUNG', 1);
  const body = { symbols: ['YOUNG'], max_age_s: 3_600, callback_url: 'https://nowhere.example/hook' };
  for (const what of ['POST /api/v1/market-data/fetch/batch', 'POST /api/v1/refreshes/estimate']) {
    const { status, body: problem } = await api.ask<Problem>('admin', what, { body });
    expect([what, status, problem.errors?.[0]?.pointer]).toEqual([what, 422, '/callback_url']);
  }
  const { callback_url: _, ...rest } = body;
  const fresh = await api.ask('admin', 'POST /api/v1/market-data/fetch/batch', { body: rest });
  expect([fresh.status, fresh.body.refresh_id]).toEqual([200, null]);
});

test('the default watchlist is named in every body that names one, and is the same as none', async () => {
  const named = { watchlist_id: 'default' };
  const refresh = 'POST /api/v1/market-data/watchlist/refresh';
  const first = await api.ask<RefreshAccepted>('system', refresh, { body: named });
  const second = await api.ask<RefreshAccepted>('system', refresh, { body: {} });
  expect([first.status, second.body.refresh_id]).toEqual([202, first.body.refresh_id]);
  const estimate = (body: object) => api.ask<EstimateDetail>('user', 'POST /api/v1/refreshes/estimate', { body });
  const kind = 'watchlist';
  expect((await estimate({ kind, ...named })).body.symbols).toBe((await estimate({ kind })).body.symbols);
  const trigger = await api.ask('user', 'POST /api/v1/webhooks/triggers', {
    body: { name: 'opens', kind: 'market_open', refresh: { kind, ...named } },
  });
  expect(trigger.status).toBe(201);
});

test('a trigger of a group that nobody belongs to, or of no group or symbol at all, is refused when it is made', async () => {
  const made = async (refresh: object) => {
    const body = { name: 'T', kind: 'external', refresh };
    const answer = await api.ask<{ errors?: { pointer: string }[] }>('admin', 'POST /api/v1/webhooks/triggers', {
      body,
    });
    return [answer.status, answer.body.errors?.[0]?.pointer];
  };
  expect(await made({ kind: 'group' })).toEqual([422, '/refresh/sector']);
  expect(await made({ kind: 'group', sector: 'Tecnology' })).toEqual([422, '/refresh/sector']);
  expect(await made({ kind: 'symbols' })).toEqual([422, '/refresh/symbols']);
  expect(await made({ kind: 'group', sector: 'Technology' })).toEqual([201, undefined]);
  expect(await made({ kind: 'symbols', symbols: ['AAPL'] })).toEqual([201, undefined]);
});

test('what the live schedule does is nothing, and not everything, when nobody watches anything', async () => {
  await api.api.pool.query('delete from watchlist_items');
  const { status, body } = await api.ask<{ detail: string }>('admin', 'POST /api/v1/scheduler/refresh', {
    body: { schedule: 'live' },
  });
  expect([status, body.detail]).toEqual([
    422,
    '/schedule: the schedule live has nothing to do, because nobody watches or streams a symbol.',
  ]);
});
