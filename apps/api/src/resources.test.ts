import { Webhook } from 'standardwebhooks';
import type { Problem, RefreshAccepted } from '@freshet/contracts';
import type { HoldingView, PortfolioView, ScheduleView, WatchlistView } from '@freshet/contracts/api';
import { DEFAULT_SCHEDULES } from '@freshet/calendar';
import { ensureSchedules, noteVerdict, writeProviderStatus } from '@freshet/store';
import { eventually } from '@freshet/testing';
import { GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';
import { providerStatus, storeQuote } from './ended.fixture.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS });
  await ensureSchedules(
    api.api.pool,
    Object.entries(DEFAULT_SCHEDULES).map(([name, { spec, missed }]) => ({ name, spec, missed })),
  );
});
afterAll(() => api.stop());

describe('a holding', () => {
  let portfolio: PortfolioView;
  let holding: HoldingView;
  const path = () => `/api/v1/portfolios/${portfolio.portfolio_id}/holdings/${holding.holding_id}`;

  beforeAll(async () => {
    portfolio = (
      await api.ask<PortfolioView>('user', 'POST /api/v1/portfolios', { body: { name: 'Mine', cash: '10.50' } })
    ).body;
    const made = await api.ask<HoldingView>('user', `POST /api/v1/portfolios/${portfolio.portfolio_id}/holdings`, {
      body: { symbol: 'aapl', quantity: '0.1', cost: '19.99', target_weight: 0.5 },
    });
    expect([made.status, made.headers.get('etag')]).toEqual([201, '"v1"']);
    holding = made.body;
  });

  test('is kept as decimals, digit by digit', async () => {
    expect(holding).toMatchObject({ symbol: 'AAPL', quantity: '0.1', cost: '19.99', target_weight: 0.5, version: 1 });
    expect(portfolio.cash).toBe('10.50');
  });

  test('is changed only by who knows its version; a stale one gets both', async () => {
    const change = (quantity: string, headers: Record<string, string>) =>
      api.ask<HoldingView & Partial<Problem>>('user', `PATCH ${path()}`, { body: { quantity }, headers });
    expect((await change('1', {})).body).toMatchObject({ status: 428, code: 'precondition_required' });
    const first = await change('1', { 'if-match': '"v1"' });
    expect([first.status, first.body.version, first.headers.get('etag')]).toEqual([200, 2, '"v2"']);
    const stale = await change('2', { 'if-match': '"v1"' });
    expect(stale.status).toBe(412);
    expect(stale.headers.get('etag')).toBe('"v2"');
    expect(stale.body).toMatchObject({
      code: 'version_conflict',
      current: { quantity: '1', version: 2 },
      expected_version: 1,
    });
    const read = await api.ask<HoldingView>('user', `GET ${path()}`);
    expect([read.body.quantity, read.headers.get('etag')]).toEqual(['1', '"v2"']);
  });

  test('has the cost that was said: 0 is a gift, and nothing said is not known', async () => {
    const holdings = `/api/v1/portfolios/${portfolio.portfolio_id}/holdings`;
    const add = async (body: object) => (await api.ask<HoldingView>('user', `POST ${holdings}`, { body })).body;
    const gift = await add({ symbol: 'JNJ', quantity: '1', cost: '0' });
    const unsaid = await add({ symbol: 'MSFT', quantity: '1' });
    expect([gift.cost, unsaid.cost]).toEqual(['0', null]);
    const change = async (body: object) =>
      (
        await api.ask<HoldingView>('user', `PATCH ${holdings}/${unsaid.holding_id}`, {
          body,
          headers: { 'if-match': '*' },
        })
      ).body;
    expect(await change({ cost: '12.5' })).toMatchObject({ cost: '12.5', version: 2 });
    expect(await change({ quantity: '2' })).toMatchObject({ quantity: '2', cost: '12.5' });
    expect(await change({ cost: null })).toMatchObject({ quantity: '2', cost: null });
    const { body } = await api.ask<{ data: { cost: string | null }[] }>(
      'user',
      `GET ${holdings}/${unsaid.holding_id}/changes`,
    );
    expect(body.data.map(({ cost }) => cost)).toEqual([null, '12.5', '12.5', null]);
  });

  test('changed by twenty at once changes once', async () => {
    const { headers } = await api.ask('user', `GET ${path()}`);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        api.ask('user', `PATCH ${path()}`, {
          body: { quantity: `${i}` },
          headers: { 'if-match': headers.get('etag') ?? '' },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 412)]);
    // What alerts judge the rate of conflicts by.
    await eventually(async () => {
      const { rows } = await api.api.pool.query(
        `select count(*)::int as conflicts from audit_log where action = 'version_conflict' and subject = $1 and user_id is not null`,
        [path()],
      );
      expect(rows).toEqual([{ conflicts: 20 }]);
    });
  });

  test('keeps every version, and its end, on the record and in the audit log', async () => {
    expect((await api.ask('user', `DELETE ${path()}`, { headers: { 'if-match': '"v3"' } })).status).toBe(204);
    const { rows } = await api.api.pool.query(
      'select version, quantity from holding_changes where holding_id = $1 order by id',
      [holding.holding_id],
    );
    expect(rows.map(({ version }: { version: number }) => version)).toEqual([1, 2, 3, 4]);
    expect(rows.at(-1).quantity).toBe('0');
    const changes = async (of: string) => {
      const address = `GET /api/v1/portfolios/${portfolio.portfolio_id}/holdings/${of}/changes`;
      const { status, body } = await api.ask<{ data?: object[] }>('user', address);
      return [status, body.data?.length];
    };
    expect(await changes(holding.holding_id)).toEqual([200, 4]);
    expect(await changes('hld_never')).toEqual([404, undefined]);
    const audit = await api.ask<{ data: { action: string; user_id: string }[] }>(
      'support',
      `GET /api/v1/audit?user_id=${api.userId}`,
    );
    expect(audit.body.data.map(({ action }) => action)).toEqual(
      expect.arrayContaining([
        'portfolio.created',
        'portfolio.holding_added',
        'portfolio.holding_changed',
        'portfolio.holding_removed',
      ]),
    );
  });

  test('that is twice in a portfolio, negative or no decimal is refused', async () => {
    const add = (body: object) =>
      api.ask('user', `POST /api/v1/portfolios/${portfolio.portfolio_id}/holdings`, { body });
    expect((await add({ symbol: 'KO', quantity: '1' })).status).toBe(201);
    expect((await add({ symbol: 'KO', quantity: '1' })).status).toBe(409);
    for (const quantity of ['-1', '1e5', 'NaN', '', '1.2.3']) {
      expect((await add({ symbol: 'PEP', quantity })).status).toBe(422);
    }
  });

  test('has a portfolio that is changed by the ETag of its reading, whatever it is worth by then', async () => {
    const path = `/api/v1/portfolios/${portfolio.portfolio_id}`;
    const read = await api.ask<PortfolioView>('user', `GET ${path}`);
    const etag = read.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"v\d+-/);
    expect((await api.ask('user', `GET ${path}/history?from=2026-11-20&to=2026-11-20`)).status).toBe(200);
    expect((await api.ask('user', `GET ${path}/history?from=2026-11-20&to=2026-01-01`)).status).toBe(422);
    const rename = (name: string) =>
      api.ask<PortfolioView>('user', `PATCH ${path}`, { body: { name }, headers: { 'if-match': etag } });
    const first = await rename('Ours');
    expect([first.status, first.body.name]).toEqual([200, 'Ours']);
    expect((await rename('Theirs')).body).toMatchObject({ status: 412, expected_version: read.body.version });
  });

  test('leads to a valuation of its portfolio, at nobody’s expense', async () => {
    const { rows } = await api.api.pool.query(
      `select role, counted, source, target from refreshes where kind = 'portfolio' and user_id = $1`,
      [api.userId],
    );
    expect(rows).toContainEqual({
      role: 'system',
      counted: false,
      source: 'trigger',
      target: { user_id: api.userId, portfolio_id: portfolio.portfolio_id },
    });
  });
});

describe('a watchlist', () => {
  const prices = (id: string, since?: string) =>
    api.ask<{ prices: { symbol: string }[]; pending: string[]; cursor: string }>(
      'user',
      `GET /api/v1/watchlists/${id}/prices${since === undefined ? '' : `?since=${encodeURIComponent(since)}`}`,
    );

  test('takes a symbol at once as pending, with a refresh on its way', async () => {
    const list = await api.ask<WatchlistView>('user', 'POST /api/v1/watchlists', { body: { name: 'Tech' } });
    const path = `/api/v1/watchlists/${list.body.watchlist_id}/items`;
    const added = await api.ask('user', `POST ${path}`, { body: { stock_symbol: 'MSFT' } });
    expect([added.status, added.body.status, added.body.symbol]).toEqual([201, 'pending', 'MSFT']);
    expect((await api.ask('user', `GET /api/v1/refreshes/${String(added.body.refresh_id)}`)).status).toBe(200);
    expect((await api.ask('user', `POST ${path}`, { body: { stock_symbol: 'MSFT' } })).status).toBe(409);
    await storeQuote(api, 'MSFT', 400);
    const items = await api.ask<{ data: { quote: object }[] }>('user', `GET ${path}`);
    expect(items.body.data).toMatchObject([{ symbol: 'MSFT', status: 'unverified', quote: { price: 400 } }]);
    const one = await api.ask('user', `GET ${String(added.headers.get('location'))}`);
    // A second may have passed between the two.
    const quote = { ...items.body.data[0]?.quote, age_s: expect.any(Number) };
    expect(one.body).toEqual({ ...items.body.data[0], quote });
    expect((await api.ask('support', `GET ${path}/msft`)).status).toBe(200);
    expect((await api.ask('user', `DELETE ${path}/MSFT`)).status).toBe(204);
    expect((await api.ask('user', `GET ${path}/MSFT`)).status).toBe(404);
    expect((await api.ask('user', `DELETE ${path}/MSFT`)).status).toBe(404);
  });

  test('gives only the prices that changed since, without a gap or a repeat', async () => {
    const { body } = await api.ask<WatchlistView>('user', 'POST /api/v1/watchlists', {
      body: { name: 'Two', symbols: ['W1', 'W2', 'W3'] },
    });
    await storeQuote(api, 'W1', 1);
    await storeQuote(api, 'W2', 2);
    const first = await prices(body.watchlist_id);
    expect(first.body.prices.map(({ symbol }) => symbol).sort()).toEqual(['W1', 'W2']);
    expect(first.body.pending).toEqual(['W3']);
    expect((await prices(body.watchlist_id, first.body.cursor)).body.prices).toEqual([]);

    // Begun before the next look and committed after it: by its time it would be missed.
    const late = await api.api.pool.connect();
    await late.query('begin');
    await late.query(`update latest_quotes set price = 11, changed_at = now() where symbol = 'W1'`);
    await storeQuote(api, 'W2', 22);
    const second = await prices(body.watchlist_id, first.body.cursor);
    expect(second.body.prices).toMatchObject([{ symbol: 'W2', price: 22 }]);
    await late.query('commit');
    late.release();
    const third = await prices(body.watchlist_id, second.body.cursor);
    expect(third.body.prices).toMatchObject([{ symbol: 'W1', price: 11 }]);
    expect((await prices(body.watchlist_id, third.body.cursor)).body.prices).toEqual([]);

    const hour = new Date(Date.now() + 3_600_000).toISOString();
    expect((await prices(body.watchlist_id, hour)).body.prices).toEqual([]);
    expect((await prices(body.watchlist_id, '2020-01-01T00:00:00Z')).body.prices).toHaveLength(2);
    // As a client in Python says it: the list a second time, and a time without a zone.
    const said = async (id: string, at: Date) =>
      await api.ask<{ prices: object[] }>(
        'user',
        `GET /api/v1/watchlists/${body.watchlist_id}/prices?watchlist_id=${id}&since=${at.toISOString().replace('Z', '456')}`,
      );
    expect((await said(body.watchlist_id, new Date(Date.now() - 60_000))).body.prices).toHaveLength(2);
    expect((await said(body.watchlist_id, new Date(Date.now() + 60_000))).body.prices).toEqual([]);
    expect((await said('wl_another', new Date())).status).toBe(422);
    // The last two are no snapshots of Postgres', whose transactions have no such ids.
    for (const forged of ['yesterday', '5:4:', '1:4294967296:', '4294967296:4294967299:'])
      expect([forged, (await prices(body.watchlist_id, forged)).status]).toEqual([forged, 422]);
  });

  test('tells the price of a symbol that came to the list since, once, however old the price is', async () => {
    await storeQuote(api, 'L1', 1);
    await storeQuote(api, 'L2', 2);
    await storeQuote(api, 'L3', 3);
    const symbols = ['L1'];
    const { body } = await api.ask<WatchlistView>('user', 'POST /api/v1/watchlists', { body: { name: 'L', symbols } });
    const path = `/api/v1/watchlists/${body.watchlist_id}`;
    const told = async (cursor?: string) => {
      const answer = await prices(body.watchlist_id, cursor);
      return { symbols: answer.body.prices.map(({ symbol }) => symbol), cursor: answer.body.cursor };
    };
    const first = await told();
    const before = new Date().toISOString();
    await api.ask('user', `POST ${path}/items`, { body: { stock_symbol: 'L2' } });
    // Begun before the next look and committed after it.
    const late = await api.api.pool.connect();
    await late.query('begin');
    await late.query(`insert into watchlist_items (watchlist_id, symbol, position) values ($1, 'L3', 3)`, [
      body.watchlist_id,
    ]);
    const second = await told(first.cursor);
    expect(second.symbols).toEqual(['L2']);
    await late.query('commit');
    late.release();
    const third = await told(second.cursor);
    expect(third.symbols).toEqual(['L3']);
    const same = { body: { symbols: ['L1', 'L2', 'L3'] }, headers: { 'if-match': '*' } };
    expect((await api.ask('user', `PATCH ${path}`, same)).status).toBe(200);
    expect((await told(third.cursor)).symbols).toEqual([]);
    expect((await told(before)).symbols).toEqual(['L2', 'L3']);
  });

  test('that is everybody’s is read by all and changed by staff', async () => {
    const path = '/api/v1/watchlists/default';
    expect((await api.ask('user', `GET ${path}`)).body).toMatchObject({ is_default: true, user_id: null });
    expect((await api.ask('user', `POST ${path}/items`, { body: { stock_symbol: 'KO' } })).status).toBe(403);
    expect((await api.ask('admin', `POST ${path}/items`, { body: { stock_symbol: 'KO' } })).status).toBe(201);
    expect((await api.ask('admin', `DELETE ${path}`, { headers: { 'if-match': '*' } })).status).toBe(409);
  });
});

describe('the scheduler', () => {
  test('is stopped and started, and that is kept and logged', async () => {
    const stopped = await api.ask('admin', 'POST /api/scheduler/stop');
    expect(stopped.body.state).toBe('stopped');
    const status = await api.ask<{ state: string; schedules: ScheduleView[]; queue: object }>(
      'user',
      'GET /api/scheduler/status',
    );
    expect(status.body.state).toBe('stopped');
    expect(status.body.schedules.map(({ name }) => name).sort()).toEqual(Object.keys(DEFAULT_SCHEDULES).sort());
    expect(status.body.schedules.every(({ next_tick }) => next_tick === null)).toBe(true);
    expect(Object.keys(status.body.queue).sort()).toEqual(['completed', 'failed', 'pending', 'processing']);
    expect((await api.ask('admin', 'POST /api/v1/scheduler/start')).body.state).toBe('running');
    const running = await api.ask<{ schedules: ScheduleView[] }>('user', 'GET /api/v1/scheduler/status');
    expect(running.body.schedules.every(({ next_tick }) => next_tick !== null)).toBe(true);
  });

  test('refreshes a group by the names that people use', async () => {
    const body = { index: 's&p 500', sector: 'Technology' };
    const answer = await api.ask<RefreshAccepted>('admin', 'POST /api/scheduler/refresh', { body });
    expect(answer.status).toBe(202);
    const { rows } = await api.api.pool.query('select kind, target from refreshes where id = $1', [
      answer.body.refresh_id,
    ]);
    expect(rows).toEqual([{ kind: 'group', target: { index: 's&p 500', sector: 'Information Technology' } }]);
    const nobody = await api.ask('admin', 'POST /api/v1/scheduler/refresh', { body: { sector: 'Alchemy' } });
    expect(nobody.body).toMatchObject({ status: 422, errors: [{ pointer: '/sector' }] });
    expect((await api.ask('admin', 'POST /api/v1/scheduler/refresh', { body: {} })).status).toBe(422);
  });

  test('does now what a schedule does, and a group beside it', async () => {
    const body = { index: 'S&P 500', schedule: 'watchlist' };
    const { status, body: accepted } = await api.ask<RefreshAccepted>('admin', 'POST /api/v1/scheduler/refresh', {
      body,
    });
    expect([status, accepted.also?.length]).toEqual([202, 1]);
    const forced = await api.ask<RefreshAccepted>('admin', 'POST /api/v1/scheduler/force-refresh');
    const { rows } = await api.api.pool.query(
      'select kind, max_age_s from refreshes where id = any($1) order by kind',
      [[accepted.also?.[0]?.refresh_id, forced.body.refresh_id]],
    );
    expect(rows).toEqual([
      { kind: 'all', max_age_s: 0 },
      { kind: 'watchlist', max_age_s: null },
    ]);
  });

  test('takes many changes of a schedule at once, each on top of the one before where none names a version', async () => {
    const path = '/api/v1/scheduler/schedules/close';
    const before = await api.ask<ScheduleView>('admin', `GET ${path}`);
    const changes = Array.from({ length: 40 }, (_, i) =>
      api.ask<ScheduleView>('admin', `PUT ${path}`, { body: { enabled: i % 2 === 0 } }),
    );
    expect(new Set((await Promise.all(changes)).map(({ status }) => status))).toEqual(new Set([200]));
    const { body } = await api.ask<ScheduleView>('admin', `PUT ${path}`, { body: { enabled: true } });
    expect(body.version).toBe(before.body.version + 41);
    const headers = { 'if-match': `"v${before.body.version}"` };
    expect((await api.ask('admin', `PUT ${path}`, { body: { enabled: true }, headers })).status).toBe(412);
  }, 30_000);

  test('says that a schedule is stretched, whose quota lacks, and when it ticks next', async () => {
    const calls = { twelvedata: 6 };
    const lastTick = new Date(Math.floor(Date.now() / 300_000) * 300_000);
    await api.api.pool.query(
      `with ended as (insert into refreshes (id, kind, mode, target, identity, scope, rank, source, role, counted, deadline_at,
                        status, ended_at, provider_calls)
                      values ('ref_tick', 'watchlist', 'smart', '{}', 'x', 'x', 30, 'schedule', 'system', false, now(), 'success', now(), $1)
                      returning id)
       insert into ticks (schedule, tick, refresh_id) select 'watchlist', $2, id from ended`,
      [calls, lastTick],
    );
    const day = { name: 'day', limit: 800, per_s: 86_400, counts: 'calls' as const, used: 700, remaining: 100 };
    const windows = [{ ...day, resets_at: null, forecast: null, schedules_per_s: 6 / 1_800 }];
    await writeProviderStatus(api.api.pool, [providerStatus('twelvedata', 'Twelve Data', { windows })]);
    await eventually(async () => {
      const { body } = await api.ask<ScheduleView>('user', 'GET /api/v1/scheduler/schedules/watchlist');
      expect(body.notice).toMatch(/Twelve Data has 100 of 800 left for the day; ticks 30 min apart/);
      expect(body.next_tick).toBe(new Date(lastTick.getTime() + 1_800_000).toISOString());
    });
    expect((await api.ask<ScheduleView>('user', 'GET /api/v1/scheduler/schedules/portfolio')).body.notice).toBeNull();
    // What a tick has joined is somebody's: to other users it isn't named.
    const of = async (role: 'user' | 'support') =>
      (await api.ask<ScheduleView>(role, 'GET /api/v1/scheduler/schedules/watchlist')).body.last_refresh_id;
    expect([await of('user'), await of('support')]).toEqual(['ref_tick', 'ref_tick']);
    await api.api.pool.query(`update refreshes set user_id = 'usr_other' where id = 'ref_tick'`);
    expect([await of('user'), await of('support')]).toEqual([null, 'ref_tick']);
  });

  test('has its schedules changed while it runs, never into nonsense', async () => {
    const path = '/api/v1/scheduler/schedules/hourly';
    const { headers } = await api.ask('admin', `GET ${path}`);
    const known = { 'if-none-match': headers.get('etag') ?? '' };
    expect((await api.ask('admin', `GET ${path}`, { headers: known })).status).toBe(304);
    const change = (body: object, etag = headers.get('etag') ?? '') =>
      api.ask<ScheduleView>('admin', `PUT ${path}`, { body, headers: { 'if-match': etag } });
    const spec = { kind: 'cron', pattern: '30 9 * * 1-5', zone: 'Europe/London' };
    const changed = await change({ spec, missed: 'skip' });
    expect(changed.body).toMatchObject({ spec, missed: 'skip', enabled: true, version: 2 });
    expect((await change({ enabled: false })).status).toBe(412);
    // A program that doesn't mind what it was needs no version.
    const off = await api.ask<ScheduleView>('admin', `PUT ${path.replace('hourly', 'weekly')}`, {
      body: { enabled: false },
    });
    expect([off.status, off.body.enabled, off.body.next_tick]).toEqual([200, false, null]);
    for (const bad of [
      { kind: 'cron', pattern: '61 * * * *', zone: 'UTC' },
      { kind: 'cron', pattern: '0 * * * *', zone: 'Mars/Olympus' },
      { kind: 'after_close', minutes: 5, exchanges: ['NOWHERE'] },
    ]) {
      expect((await change({ spec: bad }, '"v2"')).status).toBe(422);
    }
    const bogus = await change({ spec: { kind: 'cron', pattern: 'bogus', zone: 'UTC' } }, '"v2"');
    expect(bogus.text).toContain('five fields (minute hour day month weekday)');
    const never = await api.ask('admin', 'GET /api/v1/scheduler/schedules/never');
    expect([never.status, never.body.code]).toEqual([404, 'not_found']);
  });

  test('takes a schedule back as it was read, with what may be changed changed', async () => {
    const path = '/api/v1/scheduler/schedules/daily';
    const { body: read } = await api.ask<ScheduleView>('admin', `GET ${path}`);
    const sent = { ...read, does: 'something else', next_tick: '2020-01-01T00:00:00.000Z', missed: 'skip' };
    const { status, body } = await api.ask<ScheduleView>('admin', `PUT ${path}`, { body: sent });
    expect([status, body]).toEqual([200, { ...read, missed: 'skip', version: read.version + 1 }]);
    const { rows } = await api.api.pool.query(`select detail from audit_log where subject = 'daily'`);
    expect(rows).toEqual([{ detail: { spec: read.spec, enabled: true, missed: 'skip' } }]);
    expect((await api.ask('admin', `PUT ${path}`, { body: { colour: 'red' } })).status).toBe(422);
  });
});

describe('webhooks', () => {
  test.each([
    'http://hooks.example.com/',
    'https://127.0.0.1/',
    'https://localhost/x',
    'https://[::1]/',
    'https://2130706433/',
    'https://169.254.169.254/latest/meta-data',
    'https://user:secret@hooks.example.com/',
    'file:///etc/passwd',
  ])('are never sent to %s', async (url) => {
    const { status, body } = await api.ask<Problem>('user', 'POST /api/v1/webhooks/endpoints', { body: { url } });
    expect([status, body.errors?.[0]?.pointer]).toEqual([422, '/url']);
  });

  test('show their secret once', async () => {
    const made = await api.ask<{ endpoint_id: string; secret: string }>('user', 'POST /api/v1/webhooks/endpoints', {
      body: { url: 'https://hooks.example.com/a', events: ['refresh.completed', 'alert.*'] },
    });
    expect(made.body.secret).toMatch(/^whsec_/);
    const path = `/api/v1/webhooks/endpoints/${made.body.endpoint_id}`;
    expect((await api.ask('user', `GET ${path}`)).text).not.toContain(made.body.secret);
    const rotated = await api.ask<{ secret: string }>('user', `POST ${path}/rotate-secret`);
    expect(rotated.body.secret).not.toBe(made.body.secret);
  });

  test('that are switched off say so to who has seen them on, and send nothing again until they are enabled', async () => {
    const made = await api.ask<{ endpoint_id: string }>('user', 'POST /api/v1/webhooks/endpoints', {
      body: { url: 'https://hooks.example.com/off' },
    });
    const path = `/api/v1/webhooks/endpoints/${made.body.endpoint_id}`;
    await api.api.pool.query(
      `insert into webhook_deliveries (id, endpoint_id, event, message_id, payload, state)
       values ('dlv_off', $1, 'refresh.completed', 'm', '{}', 'failed')`,
      [made.body.endpoint_id],
    );
    const seen = { 'if-none-match': made.headers.get('etag') ?? '' };
    expect((await api.ask('user', `GET ${path}`, { headers: seen })).status).toBe(304);
    const called = { id: 'dlv_off', dueAt: 'now', url: 'https://hooks.example.com/off' };
    const disable = 'the receiver answered 410: it wants no more';
    expect(await noteVerdict(api.api.pool, called, { status: 410, error: 'it wants no more', disable })).toBe(true);
    const off = await api.ask('user', `GET ${path}`, { headers: seen });
    expect(off.body).toMatchObject({
      enabled: false,
      disabled_because: 'the receiver answered 410: it wants no more',
    });
    const replay = () => api.ask<Problem>('user', 'POST /api/v1/webhooks/deliveries/dlv_off/replay');
    const refused = await replay();
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
      409,
      'conflict',
      expect.stringContaining('{"enabled": true}'),
    ]);
    const headers = { 'if-match': off.headers.get('etag') ?? '' };
    expect((await api.ask('user', `PATCH ${path}`, { body: { enabled: true }, headers })).status).toBe(200);
    expect((await replay()).status).toBe(202);
  });

  test('that come in signed start what their trigger names, once each, with the rights of its key', async () => {
    const made = await api.ask<{ trigger_id: string; secret: string; url: string }>(
      'user',
      'POST /api/v1/webhooks/triggers',
      {
        body: {
          name: 'Opening bell',
          kind: 'market_open',
          refresh: { kind: 'symbols', symbols: ['AAPL'], mode: 'incremental' },
        },
      },
    );
    expect(made.status).toBe(201);
    const fire = (id: string, { body = '{"hello":1}', secret = made.body.secret, at = new Date() } = {}) =>
      api.ask<RefreshAccepted>(null, `POST ${made.body.url}`, {
        raw: body,
        headers: {
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
          'webhook-signature': new Webhook(secret).sign(id, at, '{"hello":1}'),
        },
      });
    const first = await fire('msg_1');
    expect([first.status, first.body.priority]).toEqual([202, 'medium']);
    const { rows } = await api.api.pool.query('select source, user_id, mode from refreshes where id = $1', [
      first.body.refresh_id,
    ]);
    expect(rows).toEqual([{ source: 'trigger', user_id: api.userId, mode: 'incremental' }]);
    await api.api.pool.query(`update refreshes set status = 'success' where id = $1`, [first.body.refresh_id]);
    expect((await fire('msg_1')).body.refresh_id).toBe(first.body.refresh_id);
    expect((await fire('msg_2')).body.refresh_id).not.toBe(first.body.refresh_id);

    expect((await fire('msg 3')).body).toMatchObject({
      code: 'invalid_header',
      detail: 'webhook-id is 1 to 255 visible ASCII characters.',
    });
    expect((await fire('msg_3', { body: '{"hello":2}' })).status).toBe(401);
    expect((await fire('msg_4', { secret: `whsec_${Buffer.alloc(32).toString('base64')}` })).status).toBe(401);
    expect((await fire('msg_5', { at: new Date(Date.now() - 600_000) })).status).toBe(401);
    expect((await api.ask(null, 'POST /api/v1/webhooks/triggers/trg_none', { raw: '{}' })).status).toBe(401);
  });

  test('that come in for a key that has ended, or may no longer do what its trigger names, start nothing', async () => {
    const { body: lent } = await api.ask<{ key_id: string; secret: string }>('admin', 'POST /api/v1/keys', {
      body: { name: 'Lent to a trigger', role: 'admin', expires_in_s: 3_600 },
    });
    const { body: made } = await api.ask<{ secret: string; url: string }>(
      { key: lent.secret },
      'POST /api/v1/webhooks/triggers',
      { body: { name: 'All of it', kind: 'market_open', refresh: { kind: 'all' } } },
    );
    const fire = async (id: string) => {
      const at = new Date();
      const { status, body } = await api.ask<Problem>(null, `POST ${made.url}`, {
        raw: '{}',
        headers: {
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
          'webhook-signature': new Webhook(made.secret).sign(id, at, '{}'),
        },
      });
      return [status, body.detail];
    };
    const set = (change: string) => api.api.pool.query(`update api_keys set ${change} where id = $1`, [lent.key_id]);
    const ended = [403, 'The key that made this trigger is no longer good: change it with another.'];
    expect((await fire('ended_1'))[0]).toBe(202);
    await set(`role = 'user'`);
    expect(await fire('ended_2')).toEqual([403, 'The role user may not start a refresh of kind all.']);
    await set(`role = 'admin', expires_at = now() - interval '1 second'`);
    expect(await fire('ended_3')).toEqual(ended);
    await set(`expires_at = null, revoked_at = now()`);
    expect(await fire('ended_4')).toEqual(ended);
    await set('revoked_at = null');
    expect((await fire('ended_5'))[0]).toBe(202);
  });
});

test('what has versions is changed by who knows several of them, if one is that of now', async () => {
  const made = await api.ask<WatchlistView>('user', 'POST /api/v1/watchlists', { body: { name: 'Ours' } });
  const rename = (name: string, tags: string) =>
    api.ask<WatchlistView & Partial<Problem>>('user', `PATCH /api/v1/watchlists/${made.body.watchlist_id}`, {
      body: { name },
      headers: { 'if-match': tags },
    });
  expect((await rename('Mine', '"v7","v9"')).body).toMatchObject({ code: 'version_conflict', current: { version: 1 } });
  expect((await rename('Mine', '"of another, server", "v1-x_y","v9"')).body).toMatchObject({
    name: 'Mine',
    version: 2,
  });
  expect((await rename('His', '"v2", "v1"')).body).toMatchObject({ name: 'His', version: 3 });
  for (const tags of ['"of another"', ', ,', 'v', Array.from({ length: 21 }, (_, i) => `"v${i}"`).join()]) {
    expect((await rename('Hers', tags)).body).toMatchObject({ status: 400, code: 'invalid_header' });
  }
});

test('what is put into something that is deleted at the same moment finds it gone', async () => {
  const body = { name: 'Short-lived' };
  const portfolio = (await api.ask<PortfolioView>('user', 'POST /api/v1/portfolios', { body })).body.portfolio_id;
  const watchlist = (await api.ask<WatchlistView>('user', 'POST /api/v1/watchlists', { body })).body.watchlist_id;
  const client = await api.api.pool.connect();
  await client.query('begin');
  await client.query('delete from portfolios where id = $1', [portfolio]);
  await client.query('delete from watchlists where id = $1', [watchlist]);
  const puts = [
    api.ask('admin', `POST /api/v1/portfolios/${portfolio}/holdings`, { body: { symbol: 'KO', quantity: '1' } }),
    api.ask('admin', `POST /api/v1/watchlists/${watchlist}/items`, { body: { stock_symbol: 'KO' } }),
  ];
  await eventually(async () => {
    const { rowCount } = await api.api.pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(rowCount).toBe(2);
  });
  await client.query('commit');
  client.release();
  for (const { status, body: problem } of await Promise.all(puts)) {
    expect([status, problem.code]).toEqual([404, 'not_found']);
  }
});
