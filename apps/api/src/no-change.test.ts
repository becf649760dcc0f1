import { DEFAULT_SCHEDULES } from '@freshet/calendar';
import type { Problem } from '@freshet/contracts';
import { ensureSchedules } from '@freshet/store';
import { GENEROUS, startTestApi, type TestApi } from './api.fixture.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ limits: GENEROUS });
  const defaults = Object.entries(DEFAULT_SCHEDULES).map(([name, { spec, missed }]) => ({ name, spec, missed }));
  await ensureSchedules(api.api.pool, defaults);
  countRevaluations();
});
afterAll(() => api.stop());

/** How often something was to be valued again. */
let revalued = 0;
function countRevaluations(): void {
  const { door } = api.api;
  const { revalue } = door;
  door.revalue = (changed) => {
    revalued += 1;
    revalue(changed);
  };
}

interface Versioned {
  version: number;
}

const make = async (what: string, body: object) =>
  (await api.ask<Record<string, string>>('admin', what, { body })).body;

/** What can be changed: where it is made, and what to name of it so that nothing is new. */
const KINDS: [string, () => Promise<string>, object][] = [
  [
    'a portfolio',
    async () => `PATCH /api/v1/portfolios/${await portfolio()}`,
    { name: 'P', cash: '1.5', benchmark: '^gspc', active: true },
  ],
  [
    'a holding',
    async () => {
      const holdings = `/api/v1/portfolios/${await portfolio()}/holdings`;
      const wanted = { symbol: 'AAPL', quantity: '1', cost: '2', target_weight: 0.5 };
      return `PATCH ${holdings}/${(await make(`POST ${holdings}`, wanted)).holding_id}`;
    },
    { cost: '2', target_weight: 0.5 },
  ],
  [
    'a watchlist',
    async () =>
      `PATCH /api/v1/watchlists/${(await make('POST /api/v1/watchlists', { name: 'W', symbols: ['KO', 'PEP'] })).watchlist_id}`,
    { name: 'W', symbols: ['ko', 'PEP'] },
  ],
  [
    'a strategy',
    async () =>
      `PATCH /api/v1/strategies/${(await make('POST /api/v1/strategies', { name: 'S', method: 'momentum', symbols: ['KO'], options: { top: 1 } })).strategy_id}`,
    { name: 'S', symbols: ['KO'], options: { top: 1 }, active: true },
  ],
  [
    'a webhook endpoint',
    async () =>
      `PATCH /api/v1/webhooks/endpoints/${(await make('POST /api/v1/webhooks/endpoints', { url: 'https://hooks.example.com/' })).endpoint_id}`,
    { url: 'https://hooks.example.com/', enabled: true },
  ],
  [
    'a trigger',
    async () =>
      `PATCH /api/v1/webhooks/triggers/${(await make('POST /api/v1/webhooks/triggers', { name: 'T', kind: 'external', refresh: { kind: 'prices' } })).trigger_id}`,
    { kind: 'external', refresh: { kind: 'prices' } },
  ],
  // Of a schedule what is said counts from now on, also if it was so before.
  ['a schedule', () => Promise.resolve('PUT /api/v1/scheduler/schedules/hourly'), {}],
];

async function portfolio(): Promise<string | undefined> {
  return (await make('POST /api/v1/portfolios', { name: 'P', cash: '1.5' })).portfolio_id;
}

/** Everything that a change leaves behind. Other portfolios may just be valued for the first time, which is an event too. */
async function traces(requestId: string): Promise<unknown> {
  const { rows } = await api.api.pool.query(
    `select (select count(*) from audit_log where request_id = $1)::int as audit,
       (select count(*) from events where type = 'portfolio_update')::int as updates,
       (select sum(version) from portfolios)::int as versions`,
    [requestId],
  );
  return { ...rows[0], revalued };
}

describe.each(KINDS)('%s', (_, made, same) => {
  let path: string;
  let version: number;
  const change = (body: object, headers: Record<string, string> = { 'if-match': `"v${version}"` }) =>
    api.ask<Versioned & Partial<Problem>>('admin', path, { body, headers });
  beforeAll(async () => {
    path = await made();
    version = (await api.ask<Versioned>('admin', path.replace(/^\w+/, 'GET'))).body.version;
  });

  test.each([
    ['nothing', {}],
    ['what is there already', same],
  ])('that is changed to %s stays as it is', async (__, body) => {
    const requestId = `nothing-${Math.random().toString(36).slice(2)}`;
    const before = await traces(requestId);
    const {
      status,
      headers,
      body: view,
    } = await change(body, { 'if-match': `"v${version}"`, 'x-request-id': requestId });
    expect([status, view.version, headers.get('etag')]).toEqual([200, version, `"v${version}"`]);
    expect(await traces(requestId)).toEqual(before);
  });

  test('is still not changed by who knows another version', async () => {
    expect(await change({}, { 'if-match': '"v77"' })).toMatchObject({
      status: 412,
      body: { code: 'version_conflict' },
    });
  });
});

test('what says something with what is there already is a version all the same', async () => {
  const id = await portfolio();
  const holdings = `/api/v1/portfolios/${id}/holdings`;
  const { holding_id: holding } = await make(`POST ${holdings}`, { symbol: 'KO', quantity: '1' });
  const headers = { 'if-match': '*' };
  // How many there are from now on, after a split for instance.
  const stated = await api.ask<Versioned>('admin', `PATCH ${holdings}/${holding}`, {
    body: { quantity: '1' },
    headers,
  });
  expect(stated.body.version).toBe(2);
  // Whoever changes a trigger lends it their key.
  const trigger = { name: 'T', kind: 'external', refresh: { kind: 'prices' } };
  const path = `/api/v1/webhooks/triggers/${(await make('POST /api/v1/webhooks/triggers', trigger)).trigger_id}`;
  const { secret: key = '' } = await make('POST /api/v1/keys', { name: 'another', role: 'admin' });
  const lent = await api.ask<Versioned>({ key }, `PATCH ${path}`, { body: { kind: 'external' }, headers });
  expect(lent.body.version).toBe(2);
});

test('a scheduler that is told to do what it does already was not changed, nor is it in the audit log', async () => {
  const told = async (what: 'start' | 'stop') =>
    (await api.ask<{ changed_at: string | null }>('admin', `POST /api/v1/scheduler/${what}`)).body.changed_at;
  const logged = async () =>
    (await api.api.pool.query(`select action from audit_log where action like 'scheduler.%' order by id`)).rows;
  expect([await told('start'), await logged()]).toEqual([null, []]);
  const stopped = await told('stop');
  expect([stopped, await told('stop')]).toEqual([expect.stringMatching(/Z$/), stopped]);
  const started = await told('start');
  expect([started === stopped, await told('start')]).toEqual([false, started]);
  expect(await logged()).toEqual([{ action: 'scheduler.stopped' }, { action: 'scheduler.started' }]);
});
