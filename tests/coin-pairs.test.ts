import { askAsAdmin, postRefresh, stopSchedules, waitForEnd } from './client.ts';
import { startSystem, type System } from './system.ts';

/** What is held in pairs quoted in coins, by the whole system in real processes with the simulator as the world. */
let system: System;

beforeAll(async () => {
  system = await startSystem({ workers: 1, durable: false, simulator: ['--no-limits'] });
  await stopSchedules(system);
}, 60_000);
afterAll(() => system.stop(), 60_000);

interface Portfolio {
  portfolio_id: string;
  valuation: { holdings: { symbol: string; value: string }[] } | null;
}

async function asUser(method: string, path: string, body?: object): Promise<Portfolio> {
  const headers = { authorization: `Bearer ${system.keys.user}`, 'content-type': 'application/json' };
  const request = { method, headers, body: body && JSON.stringify(body) };
  return (await fetch(`${system.api}/api/v1/portfolios${path}`, request)).json() as Promise<Portfolio>;
}

async function refresh() {
  const path = `/api/v1/manual/refresh/portfolio/${system.userId}`;
  return waitForEnd(system, (await postRefresh(system, path, {})).refresh_id);
}

test.each([
  ['USD', []],
  ['EUR', ['USDEUR']],
])(
  'a refresh asks for what coins are worth in dollars, and values all of a portfolio in %s',
  async (currency, dollars) => {
    const { portfolio_id: own } = await asUser('POST', '', { name: `Coins in ${currency}`, currency });
    for (const symbol of ['BTC-USDT', 'ETH-BTC'])
      await asUser('POST', `/${own}/holdings`, { symbol, quantity: '2', cost: '1000' });
    // What the pairs are quoted in is known with their first prices, and their rates from then on.
    await refresh();
    expect(await refresh()).toMatchObject({ status: 'success', items: { failed: 0 } });

    const { valuation } = await asUser('GET', `/${own}`);
    expect(valuation).toMatchObject({
      currency,
      complete: true,
      holdings: [
        { symbol: 'BTC-USDT', fx_via: ['USDTUSD', ...dollars] },
        { symbol: 'ETH-BTC', fx_via: ['BTCUSD', ...dollars] },
      ],
    });
    // Two bitcoins, of tens of thousands each.
    expect(Number(valuation?.holdings[0]?.value)).toBeGreaterThan(20_000);
    const { data } = await askAsAdmin(system, 'GET', '/api/v1/assets?class=fx');
    expect(data.filter(({ symbol }) => /USDT|BTC|ETH/.test(symbol ?? ''))).toEqual([]);
  },
  90_000,
);
