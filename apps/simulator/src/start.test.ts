import { awayFromTheEndOf } from '@freshet/testing';
import { type RunningSimulator, type StartOptions, startSimulator } from './start.ts';

let simulator: RunningSimulator;
const NOON = new Date('2026-11-18T17:00:00Z');

async function start(options: StartOptions = {}): Promise<void> {
  simulator = await startSimulator({ now: NOON, ...options });
}

afterEach(() => simulator.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${simulator.url}${path}`, { headers });
const callsOf = (provider: string) => [...simulator.simulation.log.calls({ provider })];

/** Cookie and crumb, as a browser would get them. */
async function yahooSession(): Promise<{ cookie: string; crumb: string }> {
  const cookie = (await get('/yahoo/')).headers.get('set-cookie')?.split(';')[0] ?? '';
  const crumb = await (await get('/yahoo/v1/test/getcrumb', { cookie })).text();
  return { cookie, crumb };
}

const tickers = (...names: string[]) =>
  `/binance/api/v3/ticker/24hr?symbols=${encodeURIComponent(JSON.stringify(names))}`;

test.each([
  '/yahoo/v8/finance/chart/AAPL?interval=1d&period1=1e20',
  '/binance/api/v3/klines?symbol=BTCUSDT&interval=1d&startTime=soon',
  '/coingecko/api/v3/coins/bitcoin/market_chart?vs_currency=usd&days=soon',
])('%s is refused, and ends nobody', async (path) => {
  await start();
  const refused = await get(path);
  expect(refused.status).toBe(500);
  expect(await refused.text()).toContain("can't answer this request");
  expect((await get('/yahoo/v8/finance/chart/AAPL')).status).toBe(200);
});

describe('Yahoo', () => {
  test('answers no quote without a cookie and its crumb, and charts without either', async () => {
    await start();
    const without = await get('/yahoo/v7/finance/quote?symbols=AAPL');
    expect(without.status).toBe(401);
    const { cookie, crumb } = await yahooSession();
    expect((await get('/yahoo/v7/finance/quote?symbols=AAPL&crumb=wrong', { cookie })).status).toBe(401);
    const quote = await get(`/yahoo/v7/finance/quote?symbols=AAPL,NOPE&crumb=${encodeURIComponent(crumb)}`, { cookie });
    expect(await quote.json()).toMatchObject({ quoteResponse: { result: [{ symbol: 'AAPL' }], error: null } });
    expect((await get('/yahoo/v8/finance/chart/AAPL?interval=1d&period1=1763000000&period2=1763500000')).status).toBe(
      200,
    );
    expect(callsOf('yahoo').map(({ endpoint, refused }) => [endpoint, refused])).toEqual([
      ['quote', 'no_session'],
      ['session', null],
      ['session', null],
      ['quote', 'no_session'],
      ['quote', null],
      ['bars', null],
    ]);
  });

  test('takes 99 symbols in a call and fails for 100', async () => {
    await start();
    const { cookie, crumb } = await yahooSession();
    const status = async (n: number) => {
      const symbols = Array.from({ length: n }, (_, i) => `SYM${String(i + 1).padStart(5, '0')}`).join(',');
      return (await get(`/yahoo/v7/finance/quote?symbols=${symbols}&crumb=${encodeURIComponent(crumb)}`, { cookie }))
        .status;
    };
    expect([await status(99), await status(100)]).toEqual([200, 400]);
  });

  test('refuses the 121st call of a minute with 429 in plain text, and counts the handshake too', async () => {
    await start();
    for (let i = 0; i < 119; i++) expect((await get('/yahoo/')).status).toBe(404);
    expect((await get('/yahoo/v8/finance/chart/AAPL')).status).toBe(200);
    const over = await get('/yahoo/v8/finance/chart/AAPL');
    expect([over.status, await over.text()]).toEqual([429, 'Edge: Too Many Requests']);
    expect(callsOf('yahoo').filter((call) => call.violation)).toHaveLength(1);
  });
});

describe('Binance', () => {
  // Its weight is of the minute by the clock.
  beforeEach(() => awayFromTheEndOf(60_000, 10_000));

  test('fails a whole batch for one unknown symbol', async () => {
    await start();
    expect((await get(tickers('BTCUSDT', 'ETHUSDT'))).status).toBe(200);
    const bad = await get(tickers('BTCUSDT', 'NOPEUSDT', 'ETHUSDT'));
    expect([bad.status, await bad.json()]).toEqual([400, { code: -1121, msg: 'Invalid symbol.' }]);
  });

  test('counts weight by its own price list and says so in every answer', async () => {
    await start();
    const used = async (path: string) => Number((await get(path)).headers.get('x-mbx-used-weight-1m'));
    const coins = ['BTC', 'ETH', 'SOL', 'XRP', 'ADA', 'DOGE', 'AVAX', 'DOT', 'LINK', 'LTC', 'BNB'].map(
      (c) => `${c}USDT`,
    );
    const first = await used(tickers('BTCUSDT'));
    expect(await used(tickers(...coins, ...coins))).toBe(first + 40);
    expect(callsOf('binance').map((call) => call.cost)).toEqual([2, 40]);
  });

  test('bans an address that goes on after 429', async () => {
    await start({ limits: 'binance=6w/min' });
    for (let i = 0; i < 3; i++) expect((await get(tickers('BTCUSDT'))).status).toBe(200);
    const statuses: number[] = [];
    for (let i = 0; i < 11; i++) statuses.push((await get(tickers('BTCUSDT'))).status);
    expect(statuses.slice(0, 9)).toEqual(Array(9).fill(429));
    expect(statuses.slice(9)).toEqual([418, 418]);
    const banned = await get(tickers('BTCUSDT'));
    expect(Number(banned.headers.get('retry-after'))).toBeGreaterThan(100);
    expect(callsOf('binance').at(-1)).toMatchObject({ refused: 'banned', violation: true });
  });
});

describe('limits', () => {
  const price = '/coingecko/api/v3/simple/price?ids=bitcoin&vs_currencies=usd';

  test('open again a window after the first call, by the arrivals that the log has', async () => {
    await start({ limits: 'coingecko=3/1s' });
    for (let i = 0; i < 3; i++) expect((await get(price)).status).toBe(200);
    while ((await get(price)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 25));
    const calls = callsOf('coingecko');
    const [first, reopened] = [calls[0]?.atMs ?? 0, calls.at(-1)?.atMs ?? 0];
    expect(reopened - first).toBeGreaterThanOrEqual(1000);
    for (const call of calls) expect(call.violation).toBe(call.atMs - first < 1000 && call.seq > 3);
    expect(calls.filter((call) => call.violation).map((call) => call.status)).toEqual(
      Array(calls.length - 4).fill(429),
    );
  });

  test('are kept by key, and not at all with noLimits', async () => {
    await start({ limits: 'coingecko=1/min' });
    const as = (key: string) => get(price, { 'x-cg-demo-api-key': key });
    expect([(await as('one')).status, (await as('one')).status, (await as('two')).status]).toEqual([200, 429, 200]);
    await simulator.close();
    await start({ noLimits: true });
    for (let i = 0; i < 50; i++) expect((await get(price)).status).toBe(200);
    expect(simulator.simulation.log.totals('coingecko')).toMatchObject({ calls: 50, violations: 0 });
  });

  test('don’t move with the market’s clock', async () => {
    await start({ limits: 'coingecko=1/min', clockRate: 10_000 });
    expect((await get(price)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await get(price)).status).toBe(429);
    expect(simulator.simulation.clock.now().getTime() - NOON.getTime()).toBeGreaterThan(500_000);
  });
});

describe('every provider', () => {
  test('refuses a key that it does not know, and a missing one where it needs one', async () => {
    await start({ noLimits: true });
    for (const { provider, name } of new Set(simulator.simulation.desks.values())) {
      if (provider.key !== 'required') continue;
      await get(`/${name}/`);
      expect(callsOf(name).at(-1)?.refused).toBe('bad_key');
      await get(`/${name}/?apikey=bad-key&apiKey=bad-key&token=bad-key&api_key=bad-key`);
      expect(callsOf(name).at(-1)?.refused).toBe('bad_key');
    }
  });

  test('reads back what its own adapter asks for, from the first quote to the last bar', async () => {
    await start({ noLimits: true });
    for (const { provider, name } of new Set(simulator.simulation.desks.values())) {
      const [quote, session] = [provider.serves.quote, name === 'yahoo' ? await yahooSession() : undefined];
      const symbol = quote?.classes.includes('crypto') ? 'BTC-USD' : 'AAPL';
      if (!quote || quote.accepts?.(symbol) === false) continue;
      const ask = { data: 'quote' as const, symbols: [symbol], key: 'simulated', session, now: NOON };
      const { path, headers, method, body } = quote.request(ask);
      const answer = await fetch(`${simulator.url}/${name}${path}`, { headers, method, body });
      const received = {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: await answer.text(),
        url: `${provider.baseUrl}${path}`,
        receivedAt: NOON,
      };
      const reading = quote.read(received, ask);
      expect([name, reading.errors, reading.quotes.map((one) => one.symbol)]).toEqual([name, [], [symbol]]);
      expect(callsOf(name).at(-1)).toMatchObject({ endpoint: 'quote', symbols: [symbol], refused: null });
    }
  });
});

describe('the market behind all providers', () => {
  test('is the same for the same seed', async () => {
    const price = async () => {
      const answer = await get(
        '/coingecko/api/v3/simple/price?ids=bitcoin,ethereum&vs_currencies=usd&include_last_updated_at=false',
      );
      return JSON.stringify(await answer.json());
    };
    const answers: string[] = [];
    for (const seed of [1, 1, 2]) {
      await start({ seed, clockRate: 1e-9 });
      answers.push(await price());
      if (answers.length < 3) await simulator.close();
    }
    expect(answers[0]).toBe(answers[1]);
    expect(answers[0]).not.toBe(answers[2]);
  });
});

describe('starting', () => {
  test('refuses what makes no sense, before it listens', async () => {
    await start();
    await expect(startSimulator({ scenarios: ['nonsense'] })).rejects.toThrow('unknown scenario nonsense');
    await expect(startSimulator({ limits: 'nobody=1/s' })).rejects.toThrow('unknown provider nobody');
    await expect(startSimulator({ limits: 'yahoo=lots' })).rejects.toThrow('lots');
    await expect(startSimulator({ port: simulator.port })).rejects.toThrow('EADDRINUSE');
  });

  test('says which variables point a process to it', async () => {
    await start();
    expect(simulator.environment.YAHOO_BASE_URL).toBe(`${simulator.url}/yahoo`);
    expect(simulator.environment.COINGECKO_API_KEY).toBe('simulated-coingecko');
    expect(simulator.environment).not.toHaveProperty('YAHOO_API_KEY');
    expect(simulator.environment).not.toHaveProperty('IEX_CLOUD_BASE_URL');
  });
});
