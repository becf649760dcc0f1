import { calendarOf } from '@freshet/calendar';
import { METRIC_NAMES, METRICS } from '@freshet/finance';
import { SLICE } from '@freshet/refresh';
import { changeHolding, changePortfolio, portfolioHistory, readSnapshot } from '@freshet/store';
import { createCalculations } from './run.ts';
import { createThreads } from './threads.ts';
import { calculatingWorld, here, weekdays } from './world.fixture.ts';

/** Postgres's code. */
const LOCK_TIMEOUT = '55P03';
const ACTOR = { keyId: 'key_1', userId: 'usr_1', role: 'user', requestId: 'r', remoteAddress: '' };

const world = await calculatingWorld();
const DAYS = weekdays('2024-01-02', 90);
const day = (i: number) => DAYS[i] as string;
const everyDay = (from: string, to: string) =>
  calendarOf('24/7')
    .sessions(from, to)
    .map(({ date }) => date);
const walk = (seed: number, at = 100) =>
  Object.fromEntries(DAYS.map((session, i) => [session, at * (1 + 0.1 * Math.sin(i / 7 + seed)) + i / 10]));

beforeEach(async () => {
  await world.pool.query(
    `truncate users, portfolios, holdings, holding_changes, portfolio_snapshots, portfolio_series, metrics, strategies, allocations,
       signals, index_values, refreshes, refresh_items, events, daily_bars, latest_quotes, assets, audit_log cascade`,
  );
  await world.assets({
    AAPL: { sector: 'Information Technology' },
    KO: {},
    'VOD.L': { currency: 'GBP', calendar: 'XLON' },
    'GBPUSD=X': { class: 'fx', calendar: '24/5' },
    '^GSPC': { class: 'index' },
  });
  for (const [symbol, seed, at] of [
    ['AAPL', 1, 200],
    ['KO', 2, 60],
    ['^GSPC', 3, 5000],
  ] as const)
    await world.bars(symbol, walk(seed, at));
  await world.quote('AAPL', '210', { previousClose: '200' });
  await world.quote('KO', '60', { previousClose: '61' });
});

const snapshot = async (id: string) => (await readSnapshot(world.pool, id))?.valuation;
const history = (id: string) => portfolioHistory(world.pool, id, null, null);

test('a portfolio is valued, its series written and its metrics measured, and the refresh ends', async () => {
  await world.portfolio('pf_1', { AAPL: '10', KO: '5.5' }, { cash: '100' });
  const record = await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
  expect(record).toMatchObject({ status: 'success', portfolios: 1, done: 1, failed: 0 });
  expect(await snapshot('pf_1')).toMatchObject({
    value: '2530',
    day_change: '94.5',
    complete: true,
    holdings: [
      { symbol: 'AAPL', quantity: '10', price: 210, value: '2100', fx_rate: '1' },
      { symbol: 'KO', value: '330' },
    ],
  });
  const values = await history('pf_1');
  expect(values).toHaveLength(90);
  expect(values[0]).toMatchObject({ session: day(0), growth: 1 });
  const { all, comparison, '1y': year } = await world.metrics('pf_1');
  expect(all).toMatchObject({ observations: 89, complete: true, reasons: {} });
  expect(all?.cumulative_return).toBeCloseTo(Number(values[89]?.value) / Number(values[0]?.value) - 1, 6);
  expect(year).toMatchObject({ sharpe: null, reasons: { sharpe: 'history_too_short' } });
  expect(comparison).toMatchObject({ benchmark: '^GSPC', relative_return: all?.relative_return });
  // Every period of the portfolio and of the benchmark, the comparison, and the matrix.
  expect(record.metrics).toBe(Number((await world.pool.query('select count(*)::int as n from metrics')).rows[0].n));
});

test('who measures benchmarks tells every cache in the commit that writes it, and so does who runs a strategy', async () => {
  const told = async () =>
    (
      await world.pool.query<{ items: object[] }>(
        `select items from events where type = 'cache_invalidation' and items @> '[{"type": "metrics"}]' order by id`,
      )
    ).rows.flatMap(({ items }) => items);
  const once = { type: 'metrics', user_id: null, portfolio_id: null, operation: 'measured' };
  await world.portfolio('pf_1', { AAPL: '10' });
  await world.calculate(await world.refresh({ portfolios: ['pf_1'], kind: 'benchmark' }));
  expect(await told()).toEqual([once]);
  await world.pool.query(
    `insert into strategies (id, name, method, options, symbols, applies_to_index, capital)
     values ('stg_1', 'one', 'equal_weight', '{}', '{AAPL,KO}', true, 10000)`,
  );
  await world.pool.query('truncate events');
  await world.calculate(await world.refresh({ strategies: ['stg_1'], kind: 'holdings' }));
  expect(await told()).toEqual([once]);
});

test('a holding whose cost nobody said has no profit, and the portfolio’s is that of the others', async () => {
  await world.portfolio('pf_1', { AAPL: '10', KO: '5' });
  const owner = { id: 'pf_1', userId: 'usr_1' };
  const costs = (symbol: string, cost: string | null) =>
    changeHolding(world.pool, owner, `hld_pf_1_${symbol}`, '*', { cost }, ACTOR);
  await costs('AAPL', '2000');
  await costs('KO', null);
  await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
  const unknown = await snapshot('pf_1');
  expect(unknown).toMatchObject({ value: '2400', cost: '2000', profit_loss: '100', profit_loss_percent: 5 });
  expect(unknown?.holdings[1]).toMatchObject({
    value: '300',
    cost: null,
    profit_loss: null,
    profit_loss_percent: null,
  });
  expect(unknown?.left_out).toEqual([{ symbol: 'KO', figure: 'cost', reason: 'no_cost' }]);

  // What was given has a cost, of nothing: all of its value is profit.
  await costs('KO', '0');
  await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
  const given = await snapshot('pf_1');
  expect(given).toMatchObject({ profit_loss: '400', profit_loss_percent: 20, left_out: [] });
  expect(given?.holdings[1]).toMatchObject({ cost: '0', profit_loss: '300' });
});

test('what nothing touched is settled as fresh; a full refresh does it all the same', async () => {
  await world.portfolio('pf_1', { AAPL: '10' });
  await world.portfolio('pf_2', { KO: '10' });
  const ids = ['pf_1', 'pf_2'];
  await world.calculate(await world.refresh({ portfolios: ids }));
  const again = await world.calculate(await world.refresh({ portfolios: ids }));
  expect(again).toMatchObject({ status: 'success', portfolios: 0, skipped: { fresh: 2 } });
  await world.quote('KO', '62');
  expect(await world.calculate(await world.refresh({ portfolios: ids }))).toMatchObject({
    portfolios: 1,
    skipped: { fresh: 1 },
  });
  await world.bars('AAPL', { [day(89)]: 250 });
  expect(await world.calculate(await world.refresh({ portfolios: ids, kind: 'portfolio' }))).toMatchObject({
    portfolios: 1,
  });
  const full = await world.calculate(await world.refresh({ portfolios: ids, mode: 'full' }));
  expect(full).toMatchObject({ portfolios: 2, skipped: {} });
  expect(full.metrics).toBeGreaterThan(12);
});

test('changes of holdings are flows: buying more is no gain', async () => {
  const flat = Object.fromEntries(DAYS.map((session) => [session, 50]));
  await world.bars('KO', flat);
  await world.portfolio('pf_1', { KO: '10' });
  await world.hold('pf_1', 'KO', '30', `${day(40)}T15:00:00Z`);
  await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
  const values = await history('pf_1');
  expect(values[39]).toMatchObject({ value: '500', flow: '0', growth: 1 });
  expect(values[40]).toMatchObject({ session: day(40), value: '1500', flow: '1000', growth: 1 });
  expect((await world.metrics('pf_1')).all).toMatchObject({ cumulative_return: 0 });
});

test('cash is part of the value from when it was there, and each change of it a flow', async () => {
  await world.bars('KO', Object.fromEntries(DAYS.map((session, i) => [session, i < 60 ? 50 : 60])));
  await world.portfolio('pf_1', { KO: '10' }, { cash: '500', at: `${day(10)}T15:00:00Z` });
  await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
  const before = await history('pf_1');
  expect(before[0]).toMatchObject({ session: day(10), value: '1000', growth: 1 });
  // A tenth of a gain, on half of the portfolio.
  expect(before.at(-1)).toMatchObject({ value: '1100', growth: 1.1 });

  await changePortfolio(world.pool, 'pf_1', '*', { cash: '250' }, ACTOR);
  await world.pool.query(`update audit_log set at = $1 where detail ? 'cash'`, [`${day(70)}T15:00:00Z`]);
  await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
  const after = await history('pf_1');
  expect(after.find(({ session }) => session === day(69))).toMatchObject({ value: '1100', flow: '0' });
  expect(after.find(({ session }) => session === day(70))).toMatchObject({ value: '850', flow: '-250' });
  expect(after.at(-1)).toMatchObject({ value: '850', growth: 1.1 });
  expect(await snapshot('pf_1')).toMatchObject({ value: '850' });
});

test('a portfolio’s own figures are the same however far back its benchmark’s prices reach, and the comparison says where they don’t', async () => {
  const sessions = calendarOf('XNYS')
    .sessions(day(0), day(89))
    .map(({ date }) => date);
  const prices = (days: string[]) => Object.fromEntries(days.map((date, i) => [date, 100 + (i % 7)]));
  await world.assets({
    NEW: {},
    '^OLD': { class: 'index' },
    '^YOUNG': { class: 'index' },
    'BTC-USD': { class: 'crypto', calendar: '24/7' },
  });
  await world.bars('NEW', prices(sessions.slice(5)));
  await world.bars('BTC-USD', prices(everyDay(day(0), day(89))));
  await world.bars('^OLD', prices(sessions));
  await world.bars('^YOUNG', prices(sessions.slice(-12)));
  for (const [id, benchmark] of [
    ['pf_1', '^OLD'],
    ['pf_2', '^YOUNG'],
  ] as const) {
    await world.portfolio(id, { NEW: '3', 'BTC-USD': '2' }, { benchmark, cash: '70', at: `${day(2)}T15:00:00Z` });
    await world.hold(id, 'NEW', '5', `${sessions[30]}T22:30:00Z`);
  }
  await world.calculate(await world.refresh({ portfolios: ['pf_1', 'pf_2'] }));
  const [old, young] = [await history('pf_1'), await history('pf_2')];
  expect(young).toEqual(old);
  expect(old[0]).toMatchObject({ session: day(2) });
  const relative = Object.fromEntries(
    METRIC_NAMES.filter((name) => METRICS[name].relative).map((name) => [name, null]),
  );
  const own = async (id: string) => {
    const { comparison: _, ...periods } = await world.metrics(id);
    return Object.fromEntries(
      Object.entries(periods).map(([p, metrics]) => [p, { ...metrics, ...relative, reasons: null }]),
    );
  };
  expect(await own('pf_2')).toEqual(await own('pf_1'));
  const { all, comparison } = await world.metrics('pf_2');
  expect(all).toMatchObject({
    ...{ from: day(2), beta: expect.any(Number), relative_return: null, capture: null },
    reasons: { relative_return: 'benchmark_too_short', capture: 'benchmark_too_short' },
  });
  expect(comparison).toMatchObject({ own_return: all?.cumulative_return, benchmark_return: null });
});

test('what is bought after the close counts from the next session, and history begins with the first holding', async () => {
  await world.portfolio('pf_1', { KO: '10' }, { at: `${day(20)}T22:30:00Z` });
  await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
  expect((await history('pf_1'))[0]?.session).toBe(day(21));
});

test('all of it sold in parts and bought anew is no loss, however its quantities are rounded', async () => {
  await world.bars('KO', Object.fromEntries(DAYS.map((session) => [session, 50])));
  await world.portfolio('pf_1', { KO: '6.1334' });
  await world.hold('pf_1', 'KO', '0.44', `${day(20)}T15:00:00Z`);
  await world.hold('pf_1', 'KO', '0', `${day(30)}T15:00:00Z`);
  await world.hold('pf_1', 'KO', '5', `${day(40)}T15:00:00Z`);
  await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
  const values = await history('pf_1');
  expect(values[35]).toMatchObject({ value: '0', flow: '0' });
  expect(values[40]).toMatchObject({ value: '250', flow: '250', growth: 1 });
  expect((await world.metrics('pf_1')).all).toMatchObject({ cumulative_return: 0, max_drawdown: 0 });
});

test('a split changes neither the history nor the value: units recorded before it count as many times', async () => {
  const split = Object.fromEntries(DAYS.map((session, i) => [session, i < 50 ? 400 : 100]));
  await world.bars('AAPL', split, { [day(50)]: { splitRatio: '4' } });
  await world.quote('AAPL', '100', { previousClose: '100' });
  await world.portfolio('pf_1', { AAPL: '10' });
  await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
  expect(new Set((await history('pf_1')).map(({ value }) => value))).toEqual(new Set(['4000']));
  expect(await snapshot('pf_1')).toMatchObject({ value: '4000', holdings: [{ quantity: '40' }] });
  // Neither does a new target after it: the quantity is still the one that was stated before it.
  const owner = { id: 'pf_1', userId: 'usr_1' };
  await changeHolding(world.pool, owner, 'hld_pf_1_AAPL', '*', { targetWeight: 0.5 }, ACTOR);
  await world.pool.query('update holding_changes set at = $1 where not states_quantity', [`${day(55)}T15:00:00Z`]);
  await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
  expect(new Set((await history('pf_1')).map(({ value }) => value))).toEqual(new Set(['4000']));
  // Recorded after the split, they are what they are.
  await world.hold('pf_1', 'AAPL', '40', `${day(60)}T15:00:00Z`);
  await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
  expect(await snapshot('pf_1')).toMatchObject({ value: '4000' });
  expect(new Set((await history('pf_1')).slice(1).map(({ flow }) => flow))).toEqual(new Set(['0']));
});

test('whether units were recorded before a split goes by the day at their own exchange, in the history as in the value', async () => {
  await world.assets({
    '7203.T': { currency: 'JPY', calendar: 'XTKS' },
    'JPY=X': { class: 'fx', currency: 'JPY', calendar: '24/5' },
  });
  const split = Object.fromEntries(DAYS.map((session, i) => [session, i < 50 ? 4000 : 1000]));
  await world.bars('7203.T', split, { [day(50)]: { splitRatio: '4' } });
  await world.bars('JPY=X', Object.fromEntries(DAYS.map((session) => [session, 100])));
  await world.quote('7203.T', '1000', { currency: 'JPY' });
  await world.quote('JPY=X', '100', { currency: 'JPY' });
  // Ten in the morning of the split's day in Tokyo; in New York it is the evening before.
  await world.portfolio('pf_1', { '7203.T': '40' }, { at: `${day(50)}T01:00:00Z` });
  await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
  expect(await snapshot('pf_1')).toMatchObject({ value: '400' });
  expect(new Set((await history('pf_1')).map(({ value }) => value))).toEqual(new Set(['400']));
});

test('a price from before a split that is known already counts in units of before it', async () => {
  const split = Object.fromEntries(DAYS.map((session, i) => [session, i < 50 ? 400 : 100]));
  await world.bars('AAPL', split, { [day(50)]: { splitRatio: '4' } });
  await world.pool.query(`delete from latest_quotes where symbol = 'AAPL'`);
  await world.quote('AAPL', '404', { previousClose: '400', quoteTime: new Date(`${day(49)}T15:00:00Z`) });
  await world.portfolio('pf_1', { AAPL: '10' });
  await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
  expect(await snapshot('pf_1')).toMatchObject({
    ...{ value: '4040', day_change: '40' },
    holdings: [{ quantity: '40', price: 101 }],
  });
});

test('a dividend is a return, and no fall', async () => {
  const paid = Object.fromEntries(DAYS.map((session, i) => [session, i < 50 ? 100 : 98]));
  await world.bars('KO', paid, { [day(50)]: { dividend: '2' } });
  await world.portfolio('pf_1', { KO: '10' });
  await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
  expect((await world.metrics('pf_1')).all).toMatchObject({ cumulative_return: 0, max_drawdown: 0 });
});

describe('other currencies', () => {
  const pounds = Object.fromEntries(DAYS.map((session) => [session, 2]));
  const rate = Object.fromEntries(DAYS.map((session, i) => [session, i < 45 ? 1.25 : 1.5]));

  test('are worth what the rate of their session says, and the rate of now in the valuation', async () => {
    await world.bars('VOD.L', pounds);
    await world.bars('GBPUSD=X', rate);
    await world.quote('VOD.L', '2', { currency: 'GBP', previousClose: '2' });
    await world.quote('GBPUSD=X', '1.5', { previousClose: '1.25' });
    await world.portfolio('pf_1', { 'VOD.L': '100' });
    await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
    const values = await history('pf_1');
    expect([values[44]?.value, values[45]?.value]).toEqual(['250', '300']);
    expect(await snapshot('pf_1')).toMatchObject({
      value: '300',
      day_change: '50',
      holdings: [{ fx_rate: '1.5', fx_via: ['GBPUSD'] }],
    });
    await world.quote('GBPUSD=X', '1.6', { previousClose: '1.25' });
    expect(await world.calculate(await world.refresh({ portfolios: ['pf_1'] }))).toMatchObject({ portfolios: 1 });
    expect(await snapshot('pf_1')).toMatchObject({ value: '320' });
  });

  test('count for the benchmark too: who holds it in pounds does exactly as well as it', async () => {
    await world.bars('GBPUSD=X', rate);
    await world.portfolio('pf_1', { '^GSPC': '2' }, { currency: 'GBP' });
    await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
    const { all, comparison } = await world.metrics('pf_1');
    expect(all).toMatchObject({ beta: 1, correlation: 1, tracking_error: 0 });
    expect(all?.relative_return).toBeCloseTo(0, 12);
    const index = walk(3, 5000);
    const grown = (index[day(89)] as number) / 1.5 / ((index[day(0)] as number) / 1.25) - 1;
    expect(comparison).toMatchObject({
      own_return: expect.closeTo(grown, 9),
      benchmark_return: expect.closeTo(grown, 9),
    });
  });

  test('whose rate is known from later on only leave no relative return of the time before, and say why', async () => {
    await world.bars('VOD.L', pounds);
    await world.bars('GBPUSD=X', Object.fromEntries(DAYS.slice(10).map((session) => [session, 1.25])));
    await world.portfolio('pf_1', { 'VOD.L': '2' }, { currency: 'GBP' });
    await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
    const { all, '1m': month, comparison } = await world.metrics('pf_1');
    expect(all).toMatchObject({ relative_return: null, reasons: { relative_return: 'benchmark_too_short' } });
    expect(month).toMatchObject({ relative_return: expect.any(Number) });
    expect(comparison).toMatchObject({
      ...{ own_return: 0, benchmark_return: null, relative_return: null, beta: 0, correlation: null },
      reasons: {
        benchmark_return: 'benchmark_too_short',
        relative_return: 'benchmark_too_short',
        correlation: 'zero_variance',
      },
    });
  });

  test('of the benchmark without a rate, or without prices, leave nothing to compare with, and say which', async () => {
    await world.bars('VOD.L', pounds);
    const british = { currency: 'GBP' };
    await world.portfolio('pf_1', { 'VOD.L': '2' }, british);
    await world.portfolio('pf_2', { 'VOD.L': '2' }, { ...british, benchmark: '^FTSE' });
    await world.calculate(await world.refresh({ portfolios: ['pf_1', 'pf_2'] }));
    for (const [id, reason] of [
      ['pf_1', 'no_benchmark_rate'],
      ['pf_2', 'no_benchmark_price'],
    ] as const) {
      const { all, comparison } = await world.metrics(id);
      expect(comparison).toMatchObject({ reason });
      expect(all).toMatchObject({ cumulative_return: expect.any(Number), beta: null, reasons: { beta: reason } });
    }
  });

  test('without a rate are left out with the reason, never taken one to one', async () => {
    await world.bars('VOD.L', pounds);
    await world.quote('VOD.L', '2', { currency: 'GBP' });
    await world.portfolio('pf_1', { 'VOD.L': '100', KO: '1' });
    await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
    expect(await snapshot('pf_1')).toMatchObject({
      value: '60',
      complete: false,
      left_out: expect.arrayContaining([{ symbol: 'VOD.L', figure: 'value', reason: 'no_fx_rate' }]),
    });
    expect(Number((await history('pf_1'))[0]?.value)).toBeLessThan(100);
  });
});

describe('bad input has a defined answer', () => {
  test('a portfolio of nothing', async () => {
    await world.portfolio('pf_1', {});
    expect(await world.calculate(await world.refresh({ portfolios: ['pf_1'] }))).toMatchObject({ status: 'success' });
    expect(await snapshot('pf_1')).toMatchObject({ value: '0', holdings: [], profit_loss: null });
    expect(await history('pf_1')).toEqual([]);
    expect((await world.metrics('pf_1')).all).toMatchObject({ sharpe: null, reasons: { sharpe: 'nothing_held' } });
  });

  test('a portfolio of nothing but cash, and one that owes more than it holds', async () => {
    await world.portfolio('pf_1', {}, { cash: '100' });
    await world.portfolio('pf_2', { KO: '1' }, { cash: '-1000' });
    expect(await world.calculate(await world.refresh({ portfolios: ['pf_1', 'pf_2'] }))).toMatchObject({
      status: 'success',
    });
    expect((await history('pf_1')).at(-1)).toMatchObject({ value: '100', growth: 1 });
    expect((await world.metrics('pf_1')).all).toMatchObject({
      cumulative_return: 0,
      volatility: 0,
      sharpe: null,
      reasons: { sharpe: expect.any(String) },
    });
    const { all } = await world.metrics('pf_2');
    expect(all).toMatchObject({ cumulative_return: null, relative_return: null, observations: 0 });
    const { rows } = await world.pool.query(
      `select count(*)::int as n from portfolio_series where exists (select from unnest(growth) g where g = 'NaN')`,
    );
    expect(rows).toEqual([{ n: 0 }]);
  });

  test('a symbol that nobody ever priced', async () => {
    await world.portfolio('pf_1', { NOPE: '3' });
    expect(await world.calculate(await world.refresh({ portfolios: ['pf_1'] }))).toMatchObject({ status: 'success' });
    expect(await snapshot('pf_1')).toMatchObject({
      value: '0',
      complete: false,
      holdings: [{ value: null, reason: 'no_price' }],
    });
    expect((await world.metrics('pf_1')).all).toMatchObject({ volatility: null });
  });

  test('a history of one row, and one that never moves', async () => {
    await world.assets({ ONE: {}, FLAT: {} });
    await world.bars('ONE', { [day(89)]: 10 });
    await world.bars('FLAT', Object.fromEntries(DAYS.map((session) => [session, 10])));
    await world.portfolio('pf_1', { ONE: '3' });
    await world.portfolio('pf_2', { FLAT: '3' });
    expect(await world.calculate(await world.refresh({ portfolios: ['pf_1', 'pf_2'] }))).toMatchObject({ failed: 0 });
    expect((await world.metrics('pf_1')).all).toMatchObject({ sharpe: null });
    expect((await world.metrics('pf_2')).all).toMatchObject({
      volatility: 0,
      sharpe: null,
      reasons: { sharpe: 'zero_variance' },
    });
  });

  test('nothing that is written is NaN', async () => {
    await world.assets({ GAPS: {} });
    await world.bars(
      'GAPS',
      Object.fromEntries(DAYS.filter((_, i) => i % 5 === 0).map((session, i) => [session, 10 + i])),
    );
    await world.portfolio('pf_1', { GAPS: '1', AAPL: '1', 'VOD.L': '5' });
    await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
    const { rows } =
      await world.pool.query(`select 1 from portfolio_series s, unnest(s."values", s.growth, s.flows) as t(a, b, c)
      where 'NaN' in (a, b, c)`);
    expect(rows).toEqual([]);
  });

  test('suspect bars are never calculated with', async () => {
    await world.portfolio('pf_1', { KO: '10' });
    await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
    const before = await history('pf_1');
    await world.pool.query(`delete from daily_bars where symbol = 'KO' and session = $1`, [day(30)]);
    await world.bars('KO', { [day(30)]: 6000 }, {}, [day(30)]);
    await world.calculate(await world.refresh({ portfolios: ['pf_1'] }));
    const after = await history('pf_1');
    expect(after[30]?.value).toBe(before[29]?.value);
    expect(after[31]).toEqual({ ...before[31], growth: expect.closeTo(before[31]?.growth as number, 12) });
  });

  test('a portfolio that was deleted meanwhile', async () => {
    await world.portfolio('pf_1', { KO: '10' });
    const refresh = await world.refresh({ portfolios: ['pf_1'] });
    await world.pool.query('delete from portfolios');
    expect(await world.calculate(refresh)).toMatchObject({ status: 'success', skipped: { no_data: 1 } });
  });

  test('a quantity that is no number', async () => {
    await world.portfolio('pf_1', { KO: '10' });
    await world.pool.query(`update holdings set quantity = 'NaN'`);
    expect(await world.calculate(await world.refresh({ portfolios: ['pf_1'] }))).toMatchObject({ status: 'success' });
    expect(await snapshot('pf_1')).toMatchObject({ value: '0', holdings: [{ value: null, reason: 'out_of_range' }] });
  });

  test('arithmetic that fails fails its own portfolio alone', async () => {
    await world.portfolio('pf_1', { KO: '10' }, { benchmark: 'AAPL' });
    await world.portfolio('pf_2', { KO: '10' });
    await world.pool.query(`update assets set calendar = 'NOWHERE' where symbol = 'AAPL'`);
    const record = await world.calculate(await world.refresh({ portfolios: ['pf_1', 'pf_2'] }));
    expect(record).toMatchObject({ status: 'partial', failed: 1, portfolios: 1 });
    expect(record.failures).toMatchObject([{ symbol: 'pf_1', kind: 'calculation' }]);
  });
});

describe('several workers', () => {
  test('share the slices, and each portfolio is done once', async () => {
    const ids = Array.from({ length: SLICE + 25 }, (_, i) => `pf_${String(i).padStart(3, '0')}`);
    for (const id of ids) await world.portfolio(id, { KO: '1' });
    const refresh = await world.refresh({ portfolios: ids, mode: 'full', kind: 'holdings' });
    let ends = 0;
    const work = () =>
      createCalculations({ pool: world.pool, arithmetic: here }).run({
        refreshId: refresh,
        forMs: 30_000,
        signal: new AbortController().signal,
        committed: async ({ ended }) => void (ends += ended.length),
      });
    // Who waits too long for another's lock, on a machine that stood still, is taken up again by the queue; nothing else may fail.
    const taken = () =>
      work().catch((error: { code?: string }) => {
        if (error.code !== LOCK_TIMEOUT) throw error;
        return work();
      });
    await Promise.all([taken(), taken(), taken()]);
    expect(ends).toBe(1);
    const { rows } = await world.pool.query('select status, portfolios, done, total, calculated from refreshes');
    expect(rows).toEqual([
      { status: 'success', portfolios: ids.length, done: ids.length, total: ids.length, calculated: 1 },
    ]);
  });

  test('measure ahead what needs no quote, while the quotes are being fetched; then only value', async () => {
    await world.portfolio('pf_1', { KO: '10' });
    const refresh = await world.refresh({ portfolios: ['pf_1'], mode: 'full', kind: 'holdings', fetching: 'quote' });
    expect(await world.calculate(refresh)).toMatchObject({ status: 'in_progress', done: 0, portfolios: 0 });
    expect((await world.metrics('pf_1')).all).toMatchObject({ observations: 89 });
    expect(await snapshot('pf_1')).toBeUndefined();
    await world.fetched(refresh);
    let measured = 0;
    const counting = {
      ...here,
      portfolios: async (work: Parameters<typeof here.portfolios>[0]) => {
        measured += work.portfolios.filter(({ measure }) => measure !== 'no').length;
        return here.portfolios(work);
      },
    };
    const record = await world.calculate(refresh, counting);
    expect(record).toMatchObject({ status: 'success', portfolios: 1 });
    expect(record.metrics).toBe(Object.keys(await world.metrics('pf_1')).length);
    expect(measured).toBe(0);
    expect(await snapshot('pf_1')).toMatchObject({ value: '600' });
  });

  test('may finish in either order: results of later bars stay, with their periods and no others', async () => {
    const early = ['2023-12-28', '2023-12-29'];
    const before = Object.fromEntries(early.map((session) => [session, 5000]));
    await world.bars('^GSPC', before);
    await world.bars('KO', Object.fromEntries(early.map((session) => [session, 60])));
    await world.portfolio('pf_1', { KO: '10' });
    await world.portfolio('pf_2', { KO: '20' });
    const ids = ['pf_1', 'pf_2'];
    const refresh = () => world.refresh({ portfolios: ids, kind: 'holdings' });
    const [slow, fast] = [await refresh(), await refresh()];
    const stored = async () => [await history('pf_1'), await history('pf_2'), await world.metrics('pf_1')] as const;
    let later: Awaited<ReturnType<typeof stored>> | undefined;
    const overtaken = {
      ...here,
      portfolios: async (work: Parameters<typeof here.portfolios>[0]) => {
        const done = await here.portfolios(work);
        // Two sessions are suspected by now, another year has begun: other periods.
        const doubted = `update daily_bars set quality = 'suspect' where session = any($1)`;
        await world.pool.query(doubted, [early]);
        for (const symbol of ['^GSPC', 'KO']) await world.bars(symbol, { '2025-01-02': 70 });
        expect(await world.calculate(fast)).toMatchObject({ status: 'success', portfolios: 2 });
        later = await stored();
        return done;
      },
    };
    const record = await world.calculate(slow, overtaken);
    expect(record).toMatchObject({ status: 'success', metrics: 0 });
    const kept = await stored();
    expect(kept).toEqual(later);
    expect(kept[0].at(-1)).toMatchObject({ session: '2025-01-02', value: '700' });
    expect(Object.keys(kept[2])).toEqual(expect.arrayContaining(['2024', '2025']));
    expect(kept[2]).not.toHaveProperty('2023');
  });

  test('wait for daily bars that are still being fetched', async () => {
    await world.portfolio('pf_1', { KO: '10' });
    const refresh = await world.refresh({ portfolios: ['pf_1'], mode: 'full', kind: 'holdings', fetching: 'bars' });
    await world.calculate(refresh);
    expect(await world.metrics('pf_1')).toEqual({});
  });

  test('let others go first after a while, and get on however short that is', async () => {
    const ids = Array.from({ length: SLICE + 5 }, (_, i) => `pf_${String(i).padStart(3, '0')}`);
    for (const id of ids) await world.portfolio(id, { KO: '1' });
    const refresh = await world.refresh({ portfolios: ids, kind: 'holdings' });
    const calculations = createCalculations({ pool: world.pool, arithmetic: here });
    const turn = () =>
      calculations.run({
        refreshId: refresh,
        forMs: 0,
        signal: new AbortController().signal,
        committed: async () => {},
      });
    let turns = 1;
    while ((await turn()).more) turns++;
    // A slice each.
    expect(turns).toBe(2);
    const { rows } = await world.pool.query('select status, done from refreshes');
    expect(rows).toEqual([{ status: 'success', done: ids.length }]);
  });

  test('a cancelled refresh is calculated no further', async () => {
    await world.portfolio('pf_1', { KO: '10' });
    const refresh = await world.refresh({ portfolios: ['pf_1'] });
    const cancelling = {
      ...here,
      portfolios: async (work: Parameters<typeof here.portfolios>[0]) => {
        await world.pool.query(`update refreshes set status = 'cancelled' where id = $1`, [refresh]);
        return here.portfolios(work);
      },
    };
    expect(await world.calculate(refresh, cancelling)).toMatchObject({ status: 'cancelled', portfolios: 0 });
    expect(await snapshot('pf_1')).toBeUndefined();
  });

  test('the arithmetic of threads is that of here', async () => {
    const threads = createThreads(1);
    try {
      await world.portfolio('pf_1', { AAPL: '10', KO: '3' });
      await world.calculate(await world.refresh({ portfolios: ['pf_1'] }), threads);
      const there = [await history('pf_1'), await world.metrics('pf_1')];
      await world.calculate(await world.refresh({ portfolios: ['pf_1'], mode: 'full' }));
      expect([await history('pf_1'), await world.metrics('pf_1')]).toEqual(there);
    } finally {
      await threads.close();
    }
  });
});

describe('a strategy', () => {
  const create = (options: object, more: { index?: boolean; method?: string } = {}) =>
    world.pool.query(
      `insert into strategies (id, name, method, options, symbols, applies_to_index, capital)
       values ('stg_1', 'one', $1, $2, '{AAPL,KO}', $3, 10000)`,
      [more.method ?? 'equal_weight', options, more.index ?? true],
    );
  const run = async () => world.calculate(await world.refresh({ strategies: ['stg_1'], kind: 'strategy' }));
  const levels = async () =>
    (
      await world.pool.query<{ session: string; level: string }>(
        'select session, level from index_values order by session',
      )
    ).rows;

  test('gives target allocations, an index of base 100 with its history, and metrics', async () => {
    await create({ rebalance: { every: 'month' } });
    expect(await run()).toMatchObject({ status: 'success', done: 1 });
    const { rows } = await world.pool.query(
      `select symbol, weight from allocations where session = $1 order by symbol`,
      [day(89)],
    );
    expect(rows).toEqual([
      { symbol: 'AAPL', weight: '0.5' },
      { symbol: 'KO', weight: '0.5' },
    ]);
    const all = await levels();
    expect(all[0]).toEqual({ session: day(63), level: '100' });
    expect(all.at(-1)?.session).toBe(day(89));
    expect((await world.metrics('stg_1')).all).toMatchObject({ complete: true });
    expect((await world.metrics('stg_1')).comparison).toMatchObject({ benchmark: '^GSPC' });
  });

  test('run again from the same prices changes nothing, and later closes only add levels', async () => {
    await create({});
    await run();
    const before = await levels();
    await run();
    expect(await levels()).toEqual(before);
    const [next] = weekdays(day(89), 2).slice(1) as [string];
    await world.bars('AAPL', { [next]: 230 });
    await world.bars('KO', { [next]: 65 });
    await world.bars('^GSPC', { [next]: 5100 });
    await run();
    const after = await levels();
    expect(after.slice(0, -1)).toEqual(before);
    expect(after.at(-1)?.session).toBe(next);
  });

  test('says what to buy and sell when its rule is due, and leaves the level untouched by it', async () => {
    await create({ rebalance: { drift: 0.0001 } });
    await run();
    const [before] = (await levels()).slice(-1);
    const { rows: signals } = await world.pool.query('select symbol, side, applied from signals order by symbol');
    expect(signals).toHaveLength(2);
    expect(new Set(signals.map(({ side }) => side))).toEqual(new Set(['buy', 'sell']));
    expect(signals.every(({ applied }) => applied)).toBe(true);
    await run();
    expect((await levels()).slice(-1)).toEqual([before]);
  });

  test('keeps to its caps and its cash buffer', async () => {
    await create({ max_weight: 0.3, cash_buffer: 0.1, rebalance: 'never' }, { index: false });
    await run();
    const { rows } = await world.pool.query<{ weight: string }>('select weight from allocations');
    expect(rows.map(({ weight }) => Number(weight))).toEqual([0.3, 0.3]);
    expect(await levels()).toEqual([]);
    const { rows: signals } = await world.pool.query<{ side: string; value: string; applied: boolean }>(
      'select * from signals',
    );
    expect(signals).toHaveLength(2);
    expect(signals.every(({ side, applied }) => side === 'buy' && !applied)).toBe(true);
    expect(signals.reduce((sum, { value }) => sum + Number(value), 0)).toBeCloseTo(6000, 3);
  });

  test('keeps to its caps in whole shares too', async () => {
    await create({ max_weight: 0.3149, whole_shares: true, rebalance: 'never' }, { index: false });
    await run();
    const { rows } = await world.pool.query<{ symbol: string; value: string }>('select symbol, value from signals');
    expect(rows).toHaveLength(2);
    for (const { value } of rows) expect(Number(value)).toBeLessThanOrEqual(3_149);
  });

  test.each([
    [{ rebalance: { every: 'fortnight' } }, 'option rebalance'],
    [{ max_weight: 7 }, 'option max_weight'],
  ])('with options that mean nothing fails with the reason: %j', async (options, reason) => {
    await create(options);
    const record = await run();
    expect(record).toMatchObject({ status: 'failed', failures: [{ kind: 'calculation' }] });
    expect(record.failures[0]?.detail).toContain(reason);
  });
});
