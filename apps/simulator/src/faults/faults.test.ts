import { eventually } from '@freshet/testing';
import { type RunningSimulator, startSimulator } from '../start.ts';
import { FAULTS } from './catalogue.ts';

let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator({ now: new Date('2026-11-18T17:00:00Z'), noLimits: true });
});
afterAll(() => simulator.close());
afterEach(() => simulator.simulation.faults.remove());

const PRICE = '/coingecko/api/v3/simple/price?ids=bitcoin,ethereum&vs_currencies=usd&include_last_updated_at=true';
const get = (path = PRICE, headers: Record<string, string> = {}) => fetch(`${simulator.url}${path}`, { headers });
const json = async (path = PRICE) => (await (await get(path)).json()) as Record<string, Record<string, number>>;
const bitcoin = async () => (await json()).bitcoin?.usd ?? 0;
const start = (fault: string, more: object = {}) =>
  simulator.simulation.faults.add({ fault, ...more }, performance.timeOrigin + performance.now());
const expectStatus = async (status: number) => expect((await get()).status).toBe(status);

/** So that the suite is quick. */
const smaller: Record<string, Record<string, number>> = { slow: { ms: 200 }, 'huge-body': { mb: 4 }, drip: { ms: 20 } };

/** How each fault shows on the wire. */
const shows: Record<string, () => Promise<void>> = {
  outage: () => expectStatus(503),
  'hang-up': async () => {
    await expect(get()).rejects.toThrow('fetch failed');
  },
  silence: async () => {
    await expect(fetch(`${simulator.url}${PRICE}`, { signal: AbortSignal.timeout(100) })).rejects.toThrow(
      /abort|timeout/i,
    );
  },
  slow: async () => {
    const before = performance.now();
    await expectStatus(200);
    expect(performance.now() - before).toBeGreaterThan(195);
  },
  drip: async () => {
    const { body } = await get();
    let pieces = 0;
    for await (const _ of body ?? []) if (++pieces === 2) break;
    expect(pieces).toBe(2);
  },
  'reset-mid-body': async () => {
    const answer = await get();
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
  },
  html: async () => {
    const answer = await get();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('<!DOCTYPE html>');
  },
  truncated: async () => {
    const answer = await get();
    const text = await answer.text();
    expect(Number(answer.headers.get('content-length'))).toBe(text.length);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  },
  'empty-body': async () => expect(await (await get()).text()).toBe(''),
  'huge-body': async () => expect((await (await get()).text()).length).toBeGreaterThan(4 * 1_048_576),
  'schema-change': async () => expect(await json()).toHaveProperty('new_bitcoin.new_usd'),
  nan: async () => expect(await (await get()).text()).toContain('"usd":NaN'),
  zero: async () => expect(await bitcoin()).toBe(0),
  negative: async () => expect(await bitcoin()).toBeLessThan(0),
  '100x': async () => expect((await bitcoin()) / truly()).toBeCloseTo(100, 0),
  jump: async () => expect((await bitcoin()) / truly()).toBeCloseTo(1.4, 2),
  frozen: async () => {
    const first = await json();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const second = await json();
    expect(second.bitcoin?.usd).toBe(first.bitcoin?.usd);
    expect(second.bitcoin?.last_updated_at).toBeGreaterThan(first.bitcoin?.last_updated_at ?? Infinity);
  },
  stale: async () => {
    const updated = (await json()).bitcoin?.last_updated_at ?? 0;
    expect(simulator.simulation.clock.now().getTime() / 1000 - updated).toBeGreaterThan(3500);
  },
  future: async () => {
    const updated = (await json()).bitcoin?.last_updated_at ?? 0;
    expect(updated - simulator.simulation.clock.now().getTime() / 1000).toBeGreaterThan(3500);
  },
  'wrong-symbol': async () => {
    const chart = (await json('/yahoo/v8/finance/chart/MSFT')) as { chart?: { result?: unknown } };
    expect(JSON.stringify(chart.chart?.result)).not.toContain('"symbol":"MSFT"');
    expect(JSON.stringify(chart.chart?.result)).toContain('"symbol":');
  },
  'unknown-symbol': async () => expect(await json()).toEqual({}),
  'poisoned-crumb': async () => {
    const cookie = (await get('/yahoo/')).headers.get('set-cookie')?.split(';')[0] ?? '';
    const crumb = await get('/yahoo/v1/test/getcrumb', { cookie });
    expect([crumb.status, await crumb.text()]).toEqual([200, 'Too Many Requests']);
  },
  'rate-limited': () => expectStatus(429),
  'quota-spent': () => expectStatus(429),
  ban: async () => {
    const banned = await get('/binance/api/v3/ticker/24hr?symbol=BTCUSDT');
    expect(banned.status).toBe(418);
  },
  'key-rejected': () => expectStatus(401),
  'plan-forbids': async () => expect([401, 402, 403]).toContain((await get()).status),
};

function truly(): number {
  const { market, clock } = simulator.simulation;
  return Number(market.at(clock.now()).quote('BTC-USD')?.price);
}

describe('each fault shows on the wire', () => {
  test.each(FAULTS.map(({ name }) => name))('%s', async (name) => {
    const active = start(name, { settings: smaller[name] });
    await shows[name]?.();
    expect(Object.keys(shows)).toContain(name);
    expect(active.hits).toBeGreaterThan(0);
    expect([...simulator.simulation.log.calls()].at(-1)?.faults).toEqual([name]);
  });

  test('and is gone when it is ended', async () => {
    const { id } = start('outage');
    await expectStatus(503);
    expect(simulator.simulation.faults.remove(id)).toBe(1);
    await expectStatus(200);
  });
});

describe('a fault', () => {
  test('hits only its provider and its endpoint', async () => {
    start('outage', { provider: 'coingecko', endpoint: 'quote' });
    await expectStatus(503);
    expect((await get('/coingecko/api/v3/coins/bitcoin/market_chart?vs_currency=usd&days=5')).status).toBe(200);
    expect((await get('/yahoo/v8/finance/chart/AAPL')).status).toBe(200);
  });

  test('of one symbol leaves the others of the same call alone', async () => {
    start('zero', { symbols: ['BTC-USD'] });
    const { bitcoin: hit, ethereum: spared } = await json();
    expect(hit?.usd).toBe(0);
    expect(spared?.usd).toBeGreaterThan(0);
  });

  test('of a dollar pair holds where it is served in Tether', async () => {
    const names = encodeURIComponent('["BTCUSDT","ETHUSDT"]');
    start('unknown-symbol', { symbols: ['BTC-USD'] });
    expect((await get(`/binance/api/v3/ticker/24hr?symbols=${names}`)).status).toBe(400);
    expect((await get('/binance/api/v3/ticker/24hr?symbol=ETHUSDT')).status).toBe(200);
  });

  test.each(['jump', '100x'])(
    'that changes every price (%s) shows where dollars are served in Tether',
    async (name) => {
      const ticker = async () =>
        (await json('/binance/api/v3/ticker/24hr?symbol=BTCUSDT')) as unknown as { lastPrice: string };
      const { market, clock } = simulator.simulation;
      const tether = Number(market.at(clock.now()).quote('USDT-USD')?.price);
      start(name);
      expect((Number((await ticker()).lastPrice) * tether) / truly()).toBeCloseTo(name === 'jump' ? 1.4 : 100, 1);
    },
  );

  test('that makes prices zero makes them zero there too', async () => {
    start('zero');
    expect(await json('/binance/api/v3/ticker/24hr?symbol=BTCUSDT')).toMatchObject({ lastPrice: '0.00000000' });
  });

  test('is over after its count', async () => {
    start('outage', { count: 2 });
    const statuses = [await get(), await get(), await get()].map((answer) => answer.status);
    expect(statuses).toEqual([503, 503, 200]);
  });

  test('is over after its time', async () => {
    start('outage', { forMs: 2_000 });
    await expectStatus(503);
    await eventually(() => expectStatus(200));
    expect(simulator.simulation.faults.list(Date.now())).toEqual([]);
  });

  test('hits its share of calls, the same ones for the same seed', async () => {
    const series = async () => {
      const own = await startSimulator({ noLimits: true, seed: 5 });
      own.simulation.faults.add({ fault: 'outage', probability: 0.3 }, 0);
      const statuses: number[] = [];
      for (let i = 0; i < 60; i++) statuses.push((await fetch(`${own.url}${PRICE}`)).status);
      await own.close();
      return statuses;
    };
    const first = await series();
    const failed = first.filter((status) => status === 503).length;
    expect(failed).toBeGreaterThan(8);
    expect(failed).toBeLessThan(30);
    expect(await series()).toEqual(first);
  });

  test('can meet another: the answer is bad and slow', async () => {
    start('slow', { settings: { ms: 150 } });
    start('html');
    const before = performance.now();
    expect(await (await get()).text()).toContain('<html');
    expect(performance.now() - before).toBeGreaterThan(145);
    expect([...simulator.simulation.log.calls()].at(-1)?.durationMs ?? 0).toBeGreaterThan(145);
  });

  test('has to exist, and so have its settings', () => {
    expect(() => start('earthquake')).toThrow('unknown fault earthquake');
    expect(() => start('slow', { settings: { seconds: 3 } })).toThrow('no setting seconds');
  });
});
