import { type RunningSimulator, startSimulator } from '../start.ts';

let simulator: RunningSimulator;

beforeEach(async () => {
  simulator = await startSimulator({ now: new Date('2026-11-18T17:00:00Z') });
});
afterEach(() => simulator.close());

const PRICE = '/coingecko/api/v3/simple/price?ids=bitcoin&vs_currencies=usd';
/** The parts of all answers that are looked at. */
interface Body {
  data: { seq: number; at_ms: number; duration_ms: number; provider: string; windows: object[] }[];
  complete: boolean;
  next_after: number;
  providers: unknown[];
  faults: { name: string }[];
  routes: string[];
  asset: { sector: string };
  quote: { price: string };
  bars: { session: string; close: string }[];
  bitcoin: { usd: number };
  lastPrice: string;
  detail: string;
  BINANCE_BASE_URL: string;
}

const fetchJson = async (path: string, init?: RequestInit) => {
  const answer = await fetch(`${simulator.url}${path}`, init);
  return { status: answer.status, type: answer.headers.get('content-type'), body: (await answer.json()) as Body };
};
const get = async (path: string) => (await fetchJson(`/_simulator${path}`)).body;
const send = (method: string, path: string, body?: unknown) =>
  fetchJson(`/_simulator${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) });
const call = async (times: number) => {
  for (let i = 0; i < times; i++) await fetch(`${simulator.url}${PRICE}`).then((answer) => answer.text());
};

describe('the log', () => {
  test('has every call in the order of arrival, with what it cost and how it ended', async () => {
    await call(2);
    await fetch(`${simulator.url}/yahoo/v7/finance/quote?symbols=AAPL`);
    const { data, complete } = await get('/calls');
    expect(complete).toBe(true);
    expect(data).toHaveLength(3);
    expect(data[0]).toMatchObject({ seq: 1, provider: 'coingecko', endpoint: 'quote', symbols: ['BTC-USD'], cost: 1 });
    expect(data[0]).toMatchObject({ status: 200, refused: null, violation: false, faults: [] });
    expect(data[2]).toMatchObject({ provider: 'yahoo', status: 401, refused: 'no_session' });
    expect(data[1]?.at_ms).toBeGreaterThan(data[0]?.at_ms ?? Infinity);
    expect(data[0]?.duration_ms).toBeGreaterThan(0);
  });

  test('is read on from where one was, by provider and by time', async () => {
    await call(3);
    const { data, next_after: next } = await get('/calls?limit=2');
    expect([data.length, next]).toEqual([2, 2]);
    expect((await get(`/calls?after=${next}`)).data.map((one) => one.seq)).toEqual([3]);
    expect((await get(`/calls?since=${data[1]?.at_ms}`)).data).toHaveLength(2);
    expect((await get('/calls?provider=yahoo')).data).toEqual([]);
  });

  test('holds no more than its ring, while the totals go on, and says that it is not all', async () => {
    await simulator.close();
    simulator = await startSimulator({ logCapacity: 4, noLimits: true });
    await call(7);
    const { data, complete } = await get('/calls');
    expect(data.map((one) => one.seq)).toEqual([4, 5, 6, 7]);
    expect(complete).toBe(false);
    expect((await get('/summary')).providers[0]).toMatchObject({ calls: 7, over_limit: 0 });
  });

  test('is summed up by the judge: calls, those over the limit, and the most in any window', async () => {
    await send('POST', '/limits', { limits: { coingecko: '4/10s' } });
    await call(6);
    const { providers } = await get('/summary');
    expect(providers).toHaveLength(1);
    expect(providers[0]).toMatchObject({
      provider: 'coingecko',
      calls: 6,
      over_limit: 2,
      refused: 2,
      cost: 6,
      symbols: 6,
      by_endpoint: { quote: 6 },
      by_status: { 200: 4, 429: 2 },
      accounts: [{ account: null, windows: [{ limit: 4, per_seconds: 10, resets: 'slides', used: 4, most: 6 }] }],
    });
  });

  test('starts anew with a reset, and so do counters, faults and forced prices', async () => {
    await call(1);
    await send('POST', '/faults', { fault: 'outage' });
    await send('POST', '/prices', { 'BTC-USD': 5 });
    expect((await send('POST', '/reset')).status).toBe(200);
    expect((await get('/calls')).data).toEqual([]);
    expect((await get('/summary')).providers).toEqual([]);
    expect((await get('/faults')).data).toEqual([]);
    expect((await get('/market/BTC-USD')).quote.price).not.toBe('5');
  });
});

describe('what can be turned', () => {
  test('faults are started, listed and ended, by id, by name or all', async () => {
    const started = await send('POST', '/faults', {
      fault: 'slow',
      provider: 'binance',
      count: 3,
      settings: { ms: 10 },
    });
    expect(started.status).toBe(201);
    expect(started.body).toMatchObject({
      id: 'flt_1',
      fault: 'slow',
      provider: 'binance',
      count: 3,
      settings: { ms: 10 },
    });
    await send('POST', '/faults', { fault: 'html' });
    await send('POST', '/faults', { fault: 'html', provider: 'yahoo' });
    expect((await get('/faults')).data).toHaveLength(3);
    expect((await send('DELETE', '/faults/flt_1')).body).toEqual({ ended: 1 });
    expect((await send('DELETE', '/faults/html')).body).toEqual({ ended: 2 });
    expect((await send('DELETE', '/faults')).body).toEqual({ ended: 0 });
    expect(await send('DELETE', '/faults/flt_1')).toMatchObject({ status: 404, body: { code: 'unknown_fault' } });
  });

  test('limits change at once, and null brings the real ones back', async () => {
    await send('POST', '/limits', { limits: 'coingecko=1/min' });
    await call(2);
    expect(simulator.simulation.log.totals('coingecko').violations).toBe(1);
    const { body } = await send('POST', '/limits', { limits: { coingecko: null } });
    const windows = body.data.find((one) => one.provider === 'coingecko')?.windows ?? [];
    expect(windows[0]).toEqual({ limit: 30, perSeconds: 60 });
    await send('POST', '/limits', { enforce: false });
    expect((await get('/limits')).data[0]?.windows).toEqual([]);
  });

  test('latency is for all, or for one provider', async () => {
    await send('POST', '/latency', { min_ms: 120, provider: 'coingecko' });
    const timed = async (path: string) => {
      const before = performance.now();
      await fetch(`${simulator.url}${path}`);
      return performance.now() - before;
    };
    expect(await timed(PRICE)).toBeGreaterThan(115);
    await send('POST', '/latency', { min_ms: 60, max_ms: 70 });
    const took = await timed('/yahoo/');
    expect(took).toBeGreaterThan(55);
  });

  test('prices are forced for every provider and given back', async () => {
    await send('POST', '/prices', { 'BTC-USD': 77.5, 'USDT-USD': 1 });
    const price = async () => (await fetchJson(PRICE)).body.bitcoin.usd;
    expect(await price()).toBe(77.5);
    const ticker = await fetchJson('/binance/api/v3/ticker/24hr?symbol=BTCUSDT');
    expect(Number(ticker.body.lastPrice)).toBe(77.5);
    await send('POST', '/prices', { 'BTC-USD': null });
    expect(await price()).toBeGreaterThan(1000);
  });

  test('scenarios are started by name', async () => {
    expect((await send('POST', '/scenarios/yahoo-outage')).status).toBe(201);
    expect((await fetch(`${simulator.url}/yahoo/`)).status).toBe(503);
    await call(1);
    expect(simulator.simulation.log.totals('coingecko').refused).toBe(0);
  });
});

describe('what can be seen', () => {
  test('the front page lists providers, scenarios, faults and routes', async () => {
    const page = await get('/');
    expect(page.providers).toContain('yahoo');
    expect(page.routes).toContain('/_simulator/calls');
    expect(page.faults.map((one) => one.name)).toContain('poisoned-crumb');
  });

  test('the market is shown as it is, was and will be', async () => {
    const now = await get('/market/AAPL?from=2026-11-16&to=2026-11-18');
    expect(now.bars.map((bar) => bar.session)).toEqual(['2026-11-16', '2026-11-17', '2026-11-18']);
    expect(now.asset.sector).toBe('Information Technology');
    const then = await get('/market/AAPL?at=2026-11-16T21:00:00Z');
    expect(then.quote.price).toBe(now.bars[0]?.close);
  });

  test('the environment points to the address that was asked', async () => {
    expect((await get('/environment')).BINANCE_BASE_URL).toBe(`${simulator.url}/binance`);
  });
});

describe('bad input', () => {
  test.each([
    ['POST', '/faults', { fault: 'earthquake' }, 422, 'invalid_request'],
    ['POST', '/faults', { fault: 'slow', provider: 'nobody' }, 422, 'invalid_request'],
    ['POST', '/faults', { fault: 'slow', probability: 2 }, 422, 'invalid_request'],
    ['POST', '/faults', { fault: 'slow', surprise: 1 }, 422, 'invalid_request'],
    ['POST', '/limits', { limits: 'yahoo=many' }, 422, 'invalid_request'],
    ['POST', '/latency', { min_ms: 10, max_ms: 5 }, 422, 'invalid_request'],
    ['POST', '/prices', { AAPL: -1 }, 422, 'invalid_request'],
    ['POST', '/prices', { NOPE: 1 }, 422, 'invalid_request'],
    ['POST', '/scenarios/armageddon', undefined, 422, 'invalid_request'],
    ['GET', '/market/NOPE', undefined, 404, 'unknown_symbol'],
    ['GET', '/calls?limit=0', undefined, 422, 'invalid_request'],
    ['GET', '/nothing', undefined, 404, 'not_found'],
  ])('%s %s %j is told so with %d', async (method, path, body, status, code) => {
    const answer = await send(method, path, body);
    expect(answer).toMatchObject({ status, body: { status, code } });
    expect(answer.type).toContain('application/problem+json');
    expect(answer.body.detail.length).toBeGreaterThan(5);
  });

  test('that isn’t JSON is told so, and so is an unknown provider', async () => {
    const broken = await fetchJson('/_simulator/faults', { method: 'POST', body: '{"fault":' });
    expect(broken).toMatchObject({ status: 400, body: { code: 'invalid_json' } });
    expect(await fetchJson('/nobody/v1/quote')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});
