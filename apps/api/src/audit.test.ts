import { DEFAULT_SCHEDULES } from '@freshet/calendar';
import { type OperationKey, operations } from '@freshet/contracts/api';
import { ensureSchedules } from '@freshet/store';
import { type Answered, GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS });
  const defaults = Object.entries(DEFAULT_SCHEDULES).map(([name, { spec, missed }]) => ({ name, spec, missed }));
  await ensureSchedules(api.api.pool, defaults);
});
afterAll(() => api.stop());

interface Entry {
  action: string;
  subject: string | null;
  key_id: string;
  user_id: string;
  role: string;
  at: string;
  request_id: string;
  remote_address: string;
}

/** One of everything that can be changed, in an order in which it can be; `$name` is the id of what was made before. */
const CHANGES: [OperationKey, object?, makes?: string][] = [
  ['POST /api/v1/users', { name: 'Ann' }],
  ['POST /api/v1/keys', { name: 'robot' }, 'key_id'],
  ['DELETE /api/v1/keys/{key_id}'],
  ['POST /api/v1/session/links'],
  ['POST /api/v1/watchlists', { name: 'W' }, 'watchlist_id'],
  ['PATCH /api/v1/watchlists/{watchlist_id}', { name: 'V' }],
  ['POST /api/v1/watchlists/{watchlist_id}/items', { stock_symbol: 'AAPL' }],
  ['DELETE /api/v1/watchlists/{watchlist_id}/items/{symbol}'],
  ['DELETE /api/v1/watchlists/{watchlist_id}'],
  ['POST /api/v1/portfolios', { name: 'P' }, 'portfolio_id'],
  ['PATCH /api/v1/portfolios/{portfolio_id}', { cash: '5' }],
  ['POST /api/v1/portfolios/{portfolio_id}/holdings', { symbol: 'AAPL', quantity: '1' }, 'holding_id'],
  ['PATCH /api/v1/portfolios/{portfolio_id}/holdings/{holding_id}', { quantity: '2' }],
  ['DELETE /api/v1/portfolios/{portfolio_id}/holdings/{holding_id}'],
  ['DELETE /api/v1/portfolios/{portfolio_id}'],
  ['POST /api/v1/strategies', { name: 'S', method: 'equal_weight', symbols: ['AAPL'] }, 'strategy_id'],
  ['PATCH /api/v1/strategies/{strategy_id}', { active: false }],
  ['DELETE /api/v1/strategies/{strategy_id}'],
  ['POST /api/v1/webhooks/endpoints', { url: 'https://hooks.example.com/' }, 'endpoint_id'],
  ['PATCH /api/v1/webhooks/endpoints/{endpoint_id}', { events: ['refresh.completed'] }],
  ['POST /api/v1/webhooks/endpoints/{endpoint_id}/rotate-secret'],
  ['POST /api/v1/webhooks/deliveries/{delivery_id}/replay'],
  ['DELETE /api/v1/webhooks/endpoints/{endpoint_id}'],
  ['POST /api/v1/webhooks/triggers', { name: 'T', kind: 'external', refresh: { kind: 'prices' } }, 'trigger_id'],
  ['PATCH /api/v1/webhooks/triggers/{trigger_id}', { enabled: false }],
  ['DELETE /api/v1/webhooks/triggers/{trigger_id}'],
  ['POST /api/v1/scheduler/stop'],
  ['POST /api/v1/scheduler/start'],
  ['PUT /api/v1/scheduler/schedules/{name}', { enabled: false }],
  ['POST /api/v1/market-data/cleanup'],
  ['POST /api/v1/failed/retry-all'],
  ['DELETE /api/v1/failed'],
  ['POST /api/v1/manual/refresh/all', {}, 'refresh_id'],
  ['DELETE /api/v1/refreshes/{refresh_id}'],
  ['POST /api/v1/manual/refresh/prices'],
  ['POST /api/v1/manual/refresh/portfolio/{user_id}'],
  ['POST /api/v1/manual/refresh/strategy'],
  ['POST /api/v1/manual/refresh/benchmark'],
  ['POST /api/v1/market-data/fetch/async', { symbols: ['MSFT'] }],
  ['POST /api/v1/market-data/fetch/batch', { symbols: ['KO'] }],
  ['POST /api/v1/market-data/watchlist/refresh'],
  ['POST /api/v1/market-data/portfolio/refresh'],
  ['POST /api/v1/scheduler/refresh', { symbols: ['PEP'] }],
  ['POST /api/v1/scheduler/force-refresh'],
  ['DELETE /api/v1/session'],
];
/** Told elsewhere: it needs a failed job, a browser, a signature; or it changes nothing. */
const APART: OperationKey[] = [
  'POST /api/v1/failed/{id}/retry',
  'POST /api/v1/session',
  'POST /api/v1/webhooks/triggers/{trigger_id}',
  'POST /api/v1/refreshes/estimate',
];

test('every change and every refresh is in the audit log: who, what, when, from where', async () => {
  const writes = (Object.keys(operations) as OperationKey[]).filter((key) => !key.startsWith('GET'));
  expect([...CHANGES.map(([key]) => key), ...APART].sort()).toEqual(writes.sort());
  const me = await api.ask<{ user_id: string; key: { key_id: string } }>('admin', 'GET /api/v1/me');
  const ids: Record<string, string> = { symbol: 'AAPL', name: 'hourly', user_id: 'me', delivery_id: 'dlv_1' };
  for (const [key, body, makes] of CHANGES) {
    if (key.includes('/replay')) {
      await api.api.pool.query(
        `insert into webhook_deliveries (id, endpoint_id, event, message_id, payload, state) values ('dlv_1', $1, 'refresh.completed', 'm', '{}', 'failed')`,
        [ids.endpoint_id],
      );
    }
    const path = key.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');
    const requestId = key.replaceAll(/\W+/g, '-').slice(-60);
    const made = await api.ask<Record<string, string>>('admin', path, {
      body,
      headers: { 'x-request-id': requestId, 'if-match': '*', prefer: 'wait=0' },
    });
    expect([key, made.status >= 300 ? made.text : 'done']).toEqual([key, 'done']);
    if (makes) ids[makes] = made.body[makes] ?? '';
    const { body: log } = await api.ask<{ data: Entry[] }>('support', 'GET /api/v1/audit?limit=200');
    const entry = log.data.find(({ request_id: of, role }) => of === requestId && role === 'admin');
    expect([key, entry]).toEqual([
      key,
      expect.objectContaining({
        ...{ key_id: me.body.key.key_id, user_id: me.body.user_id, role: 'admin' },
        ...{ at: expect.any(String), remote_address: expect.stringContaining('127.0.0.1') },
      }),
    ]);
  }
});

test('whoever joins a refresh is in it as well, with their own reason; and so is whoever leaves it', async () => {
  const path = 'POST /api/v1/manual/refresh/prices';
  const body = { symbols: ['JOIN'], reason: 'mine' };
  await api.ask('support', path, { body });
  const { body: joined } = await api.ask('user', path, {
    body: { ...body, reason: 'mine too' },
    headers: { 'x-request-id': 'joins' },
  });
  const { body: log } = await api.ask<{ data: Entry[] }>('support', `GET /api/v1/audit?user_id=${api.userId}`);
  expect(log.data.find(({ request_id: of }) => of === 'joins')).toMatchObject({
    ...{ action: 'refresh.prices', role: 'user', subject: joined.refresh_id },
    detail: { joined: true, reason: 'mine too' },
  });
  await api.ask('user', `DELETE ${String(joined.status_url)}`);
  const { body: after } = await api.ask<{ data: Entry[] }>('support', 'GET /api/v1/audit?action=refresh.left');
  expect(after.data).toMatchObject([{ subject: joined.refresh_id, user_id: api.userId }]);
});

test('it is read page by page, each entry once', async () => {
  const seen: unknown[] = [];
  let next: string | null = '/api/v1/audit?limit=7';
  while (next !== null) {
    const page: Answered<{ data: object[] }> = await api.ask('admin', `GET ${next}`);
    seen.push(...page.body.data);
    next = /^<(.*)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1] ?? null;
  }
  expect(seen).toEqual((await api.ask<{ data: object[] }>('admin', 'GET /api/v1/audit?limit=200')).body.data);
});
