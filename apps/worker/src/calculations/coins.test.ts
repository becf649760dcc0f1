import { portfolioHistory, readSnapshot } from '@freshet/store';
import { calculatingWorld, weekdays } from './world.fixture.ts';

/** Holdings whose prices are told in coins. */
const world = await calculatingWorld();
const DAYS = weekdays('2024-01-02', 90);
const closes = (early: number, late = early) =>
  Object.fromEntries(DAYS.map((session, i) => [session, i < 45 ? early : late]));

beforeEach(async () => {
  await world.pool.query(
    `truncate users, portfolios, holdings, holding_changes, portfolio_snapshots, portfolio_series, metrics, strategies, allocations,
       signals, index_values, refreshes, refresh_items, events, daily_bars, latest_quotes, assets, audit_log cascade`,
  );
  const coin = { class: 'crypto', calendar: '24/7' };
  await world.assets({
    KO: {},
    'VOD.L': { currency: 'GBP', calendar: 'XLON' },
    '^GSPC': { class: 'index' },
    'GBPUSD=X': { class: 'fx', calendar: '24/5' },
    'EURUSD=X': { class: 'fx', calendar: '24/5' },
    'BTC-USDT': { ...coin, currency: 'USDT' },
    'ETH-BTC': { ...coin, currency: 'BTC' },
    'USDT-USD': coin,
    'BTC-USD': coin,
  });
  for (const [symbol, early, late] of [
    ['^GSPC', 5_000, 5_000],
    ['KO', 60, 60],
    ['BTC-USDT', 50_000, 50_000],
    ['ETH-BTC', 0.05, 0.05],
    ['USDT-USD', 1, 0.5],
    ['BTC-USD', 50_000, 40_000],
    ['EURUSD=X', 1.25, 1.25],
  ] as const)
    await world.bars(symbol, closes(early, late));
  await world.quote('BTC-USDT', '50000', { currency: 'USDT', previousClose: '50000' });
  await world.quote('ETH-BTC', '0.05', { currency: 'BTC', previousClose: '0.05' });
  await world.quote('USDT-USD', '0.5', { previousClose: '0.75' });
  await world.quote('BTC-USD', '40000', { previousClose: '40000' });
  await world.quote('EURUSD=X', '1.25', { previousClose: '1.25' });
});

const snapshot = async (id: string) => (await readSnapshot(world.pool, id))?.valuation;
const value = async (id: string) => world.calculate(await world.refresh({ portfolios: [id] }));

test('are worth what the coin is in dollars: now, at the previous close, and at each session', async () => {
  await world.portfolio('pf_1', { 'BTC-USDT': '2', 'ETH-BTC': '10' });
  await value('pf_1');
  expect(await snapshot('pf_1')).toMatchObject({
    ...{ value: '70000', day_change: '-25000', complete: true, left_out: [] },
    holdings: [
      { symbol: 'BTC-USDT', price_currency: 'USDT', value: '50000', fx_rate: '0.5', fx_via: ['USDTUSD'] },
      { symbol: 'ETH-BTC', price_currency: 'BTC', value: '20000', fx_rate: '40000', fx_via: ['BTCUSD'] },
    ],
  });
  const history = await portfolioHistory(world.pool, 'pf_1', null, null);
  expect([history[44]?.value, history[45]?.value]).toEqual(['125000', '70000']);
});

test('are worth that in the portfolio’s currency by the rate of the dollar', async () => {
  await world.portfolio('pf_1', { 'BTC-USDT': '2' }, { currency: 'EUR' });
  await value('pf_1');
  expect(await snapshot('pf_1')).toMatchObject({
    value: '40000',
    holdings: [{ fx_rate: '0.4', fx_via: ['USDTUSD', 'EURUSD'] }],
  });
});

test('are valued again when the coin’s rate changes; who holds no such thing isn’t', async () => {
  await world.bars('VOD.L', closes(2));
  await world.bars('GBPUSD=X', closes(1.5));
  await world.quote('VOD.L', '2', { currency: 'GBP' });
  await world.quote('GBPUSD=X', '1.5');
  await world.portfolio('pf_1', { 'BTC-USDT': '2' });
  await world.portfolio('pf_2', { 'VOD.L': '2' });
  const both = async () => world.calculate(await world.refresh({ portfolios: ['pf_1', 'pf_2'] }));
  await both();
  expect(await both()).toMatchObject({ portfolios: 0, skipped: { fresh: 2 } });
  await world.quote('USDT-USD', '0.6');
  expect(await both()).toMatchObject({ portfolios: 1, skipped: { fresh: 1 } });
  expect(await snapshot('pf_1')).toMatchObject({ value: '60000' });
  await world.bars('USDT-USD', { [DAYS[89] as string]: 0.6 });
  expect(await both()).toMatchObject({ portfolios: 1, skipped: { fresh: 1 } });
  expect((await portfolioHistory(world.pool, 'pf_1', null, null)).at(-1)).toMatchObject({ value: '60000' });
});

test('without the coin’s rate are left out with the reason', async () => {
  await world.pool.query(`delete from latest_quotes where symbol = 'USDT-USD'`);
  await world.portfolio('pf_1', { 'BTC-USDT': '2', 'ETH-BTC': '10' });
  await value('pf_1');
  expect(await snapshot('pf_1')).toMatchObject({
    value: '20000',
    left_out: expect.arrayContaining([{ symbol: 'BTC-USDT', figure: 'value', reason: 'no_fx_rate' }]),
  });
});

test('are chosen by strategies at what they are worth in dollars', async () => {
  await world.pool.query(
    `insert into strategies (id, name, method, options, symbols, applies_to_index, capital)
     values ('stg_1', 'one', 'equal_weight', '{}', '{BTC-USDT,KO}', false, 10000)`,
  );
  await world.quote('KO', '60');
  await world.calculate(await world.refresh({ strategies: ['stg_1'], kind: 'strategy' }));
  const { rows } = await world.pool.query('select symbol, weight, quantity, reason from allocations order by symbol');
  expect(rows).toMatchObject([
    { symbol: 'BTC-USDT', weight: '0.5', reason: null },
    { symbol: 'KO', weight: '0.5', reason: null },
  ]);
  // Half of the capital, at half of 50000 dollars a coin.
  expect(Number(rows[0]?.quantity)).toBeCloseTo(5_000 / 25_000, 6);
});
