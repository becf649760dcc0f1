import { readFileSync, readdirSync } from 'node:fs';
import { covarianceOf } from '../estimates/covariance.ts';
import { expectedReturns } from '../estimates/expected-returns.ts';
import { returnTable } from '../estimates/price-table.ts';
import { returnsOfPrices, simpleReturns } from '../metrics/returns.ts';
import { moments } from '../numeric/moments.ts';
import { STRATEGIES, STRATEGY_NAMES, type StrategyName } from './catalogue.ts';
import { type StrategyRun, runStrategy } from './run-strategy.ts';
import { samplePrices } from './samples.fixture.ts';

const prices = samplePrices(6, 300);
const run = (strategy: StrategyName, rest: Partial<StrategyRun> = {}) => runStrategy({ strategy, prices, ...rest });
const weights = (strategy: StrategyName, rest: Partial<StrategyRun> = {}): Record<string, number> => {
  const outcome = run(strategy, rest);
  if (outcome.reason !== null) throw new Error(outcome.reason);
  return Object.fromEntries(outcome.allocations.map(({ symbol, weight }) => [symbol, weight]));
};

test('every file of a strategy has a line in the catalogue', () => {
  const folder = new URL('.', import.meta.url);
  const files = readdirSync(folder).filter(
    (name) => !name.includes('.test.') && /: Strategy = \{/.test(readFileSync(new URL(name, folder), 'utf8')),
  );
  expect(files).toHaveLength(STRATEGY_NAMES.length);
  const catalogue = readFileSync(new URL('catalogue.ts', folder), 'utf8');
  for (const name of files) expect(catalogue).toContain(`'./${name}'`);
});

test('equal weight', () =>
  expect(Object.values(weights('equal_weight'))).toEqual(prices.symbols.map(() => expect.closeTo(1 / 6, 12))));

test('market-cap weight leaves out what has none', () => {
  const assets = new Map([
    ['S00', { marketCap: 300 }],
    ['S01', { marketCap: 100 }],
    ['S02', { marketCap: -5 }],
  ]);
  const outcome = run('market_cap_weight', { assets });
  expect(outcome.allocations).toEqual([
    { symbol: 'S00', weight: 0.75 },
    { symbol: 'S01', weight: 0.25 },
  ]);
  expect(outcome.excluded).toHaveLength(4);
  expect(outcome.excluded[0]).toEqual({ symbol: 'S02', reason: 'no_market_cap' });
});

test('inverse volatility: weight times volatility is the same for all', () => {
  const outcome = run('inverse_volatility');
  if (outcome.reason !== null) throw new Error(outcome.reason);
  const { n, data } = outcome.estimates!.covariance;
  const products = outcome.allocations.map(({ weight }, i) => weight * Math.sqrt(data[i * n + i]!));
  for (const product of products) expect(product).toBeCloseTo(products[0]!, 12);
});

test('inverse volatility goes by each asset’s own, whatever covariances with a short history have to be made to fit', () => {
  const { sessions, symbols, prices: all } = samplePrices(6, 300, 3);
  const since = [0, 0, 0, 0, 296, 295];
  const late = all.map((each, at) => each.map((price, day) => (day < since[at]! ? Number.NaN : price)));
  const own = late.map((each, at) => 1 / moments(simpleReturns(each.subarray(since[at]))).deviation);
  const sum = own.reduce((total, each) => total + each, 0);
  expect(Object.values(weights('inverse_volatility', { prices: { sessions, symbols, prices: late } }))).toEqual(
    own.map((each) => expect.closeTo(each / sum, 12)),
  );
});

test('momentum holds the N that rose most, its latest periods passed over', () => {
  const rising = (daily: number, last: number): Float64Array =>
    Float64Array.from({ length: 100 }, (_, day) => 100 * (1 + daily) ** Math.min(day, 90) * (day > 90 ? last : 1));
  const table = {
    sessions: samplePrices(1, 100).sessions,
    symbols: ['SLOW', 'FAST', 'JUMP', 'NONE'],
    prices: [rising(0.001, 1), rising(0.002, 0.5), rising(0, 9), new Float64Array(100).fill(Number.NaN)],
  };
  const outcome = runStrategy({ strategy: 'momentum', prices: table, options: { top: 2, lookback: 60, skip: 15 } });
  expect(outcome.allocations).toEqual([
    { symbol: 'SLOW', weight: 0.5 },
    { symbol: 'FAST', weight: 0.5 },
    { symbol: 'JUMP', weight: 0 },
  ]);
  expect(outcome.excluded).toEqual([{ symbol: 'NONE', reason: 'no_price' }]);
});

test('momentum looks back no further than it is told to, and of equal rises takes the first by symbol', () => {
  const walk = (...steps: [days: number, daily: number][]): Float64Array => {
    const daily = [0, ...steps.flatMap(([days, each]) => Array<number>(days).fill(each))];
    let price = 100;
    return Float64Array.from(daily, (each) => (price *= 1 + each));
  };
  const table = {
    sessions: samplePrices(1, 100).sessions,
    symbols: ['OLD', 'B', 'A', 'C'],
    prices: [
      walk([39, 0.05], [60, 0]),
      walk([99, 0.001]),
      walk([99, 0.001]),
      walk([54, 0.001], [30, 0.002], [15, -0.05]),
    ],
  };
  const chosen = (top: number, more = {}) =>
    runStrategy({ strategy: 'momentum', prices: table, options: { top, lookback: 60, skip: 15, ...more } })
      .allocations?.filter(({ weight }) => weight > 0)
      .map(({ symbol }) => symbol);
  expect(chosen(1)).toEqual(['C']);
  expect(chosen(2)).toEqual(['A', 'C']);
  expect(chosen(1, { lookback: 99 })).toEqual(['OLD']);
  expect(runStrategy({ strategy: 'momentum', prices: table, options: { skip: 100 } })).toMatchObject({
    allocations: null,
    reason: 'too_few_observations',
  });
});

test('fixed weights keep what is missing to 1 in cash, and share out what is more', () => {
  const outcome = run('fixed_weights', { options: { weights: { S00: 0.5, S01: 0.2 } } });
  expect(outcome).toMatchObject({ cash: expect.closeTo(0.3, 12), cashBecause: ['weights'] });
  expect(weights('fixed_weights', { options: { weights: { S00: 3, S01: 1 } } })).toEqual({ S00: 0.75, S01: 0.25 });
});

test('caps and the buffer hold for every strategy, and what they leave stays in cash', () => {
  const assets = new Map(
    prices.symbols.map((symbol, at) => [symbol, { sector: at < 4 ? 'Energy' : null, marketCap: 2 ** at }]),
  );
  // Low enough that a portfolio under these caps beats it.
  const riskFree = -0.5;
  const options = {
    riskFree,
    weights: Object.fromEntries(prices.symbols.map((symbol, at) => [symbol, (at + 1) / 21])),
  };
  for (const strategy of STRATEGY_NAMES) {
    const given = weights(strategy, {
      assets,
      options,
      constraints: { assetCap: 0.25, sectorCap: 0.4, cashBuffer: 0.1 },
    });
    const total = Object.values(given).reduce((sum, each) => sum + each, 0);
    expect(total).toBeCloseTo(0.9, 9);
    expect(given.S00! + given.S01! + given.S02! + given.S03!).toBeLessThanOrEqual(0.4 + 1e-9);
    for (const each of Object.values(given)) expect(each).toBeLessThanOrEqual(0.25 + 1e-9);
  }
});

test('caps that leave no room for all keep the rest in cash, and say so', () => {
  const outcome = run('minimum_variance', { constraints: { assetCap: 0.1 } });
  expect(outcome).toMatchObject({ cash: expect.closeTo(0.4, 9), cashBecause: ['caps'] });
  const few = { options: { weights: { S00: 0.5, S01: 0.3 } }, constraints: { assetCap: 0.3, cashBuffer: 0.1 } };
  expect(run('fixed_weights', few)).toMatchObject({
    cash: expect.closeTo(0.4, 9),
    cashBecause: ['buffer', 'weights', 'caps'],
  });
  expect(run('equal_weight', { constraints: { cashBuffer: 0.1 } })).toMatchObject({
    cash: expect.closeTo(0.1, 9),
    cashBecause: ['buffer'],
  });
  expect(run('equal_weight')).toMatchObject({ cash: 0, cashBecause: [] });
  expect(run('equal_weight', { constraints: { assetCap: 0 } })).toMatchObject({
    allocations: null,
    reason: 'caps_forbid',
  });
  expect(run('equal_weight', { constraints: { cashBuffer: 1 } })).toMatchObject({
    allocations: null,
    reason: 'caps_forbid',
  });
});

test('caps keep the proportions of what is under them', () => {
  const given = weights('fixed_weights', {
    options: { weights: { S00: 0.6, S01: 0.3, S02: 0.1 } },
    constraints: { assetCaps: { S00: 0.4 } },
  });
  expect(given).toEqual({ S00: 0.4, S01: expect.closeTo(0.45, 12), S02: expect.closeTo(0.15, 12) });
});

test('a cap of its own comes before the cap of all, for an asset and for a sector', () => {
  const assets = new Map(prices.symbols.map((symbol, at) => [symbol, { sector: at < 2 ? 'Energy' : 'Materials' }]));
  const given = weights('equal_weight', {
    assets,
    constraints: { assetCap: 0.2, assetCaps: { S05: 0.4, S04: 0.05 }, sectorCap: 0.9, sectorCaps: { Energy: 0.1 } },
  });
  expect(given).toMatchObject({ S00: expect.closeTo(0.05, 12), S01: expect.closeTo(0.05, 12), S04: 0.05 });
  expect(given.S05).toBeGreaterThan(0.2);
  expect(given.S02).toBeLessThanOrEqual(0.2);
});

test('a sector whose name every object has is capped like others, and shares outside 0 to 1 are the nearest of them', () => {
  const assets = new Map(prices.symbols.map((symbol, at) => [symbol, { sector: at < 3 ? 'constructor' : null }]));
  const sector = weights('equal_weight', { assets, constraints: { sectorCap: 0.3, sectorCaps: {}, assetCaps: {} } });
  expect(sector.S00! + sector.S01! + sector.S02!).toBeCloseTo(0.3, 12);
  expect(weights('equal_weight', { constraints: { assetCap: 7, assetCaps: { S00: -1 } } })).toMatchObject({
    S00: 0,
    S01: expect.closeTo(0.2, 12),
  });
});

test('the estimates are those of the options: model, span, periods, risk-free rate and market', () => {
  const { sessions, prices: all } = samplePrices(1, 300, 9);
  const market = returnsOfPrices(sessions, all[0]!);
  const periodsPerYear = 365;
  const table = returnTable(prices);
  for (const model of ['compounded', 'arithmetic', 'ema', 'capm'] as const) {
    const options = { expectedReturns: model, returnsSpan: 50, riskFree: 0.03, periodsPerYear };
    const outcome = run('equal_weight', { options, market });
    if (outcome.reason !== null) throw new Error(outcome.reason);
    const { expected, covariance } = outcome.estimates!;
    expect(expected).toEqual(expectedReturns(table, { model, span: 50, riskFree: 0.03, periodsPerYear, market }));
    expect(covariance).toEqual(covarianceOf(table, { periodsPerYear }));
    const { annualReturn, annualVolatility, sharpe } = outcome.performance;
    expect(sharpe).toBe((Number(annualReturn) - 0.03) / Number(annualVolatility));
  }
});

test('where nothing that the caps allow beats the risk-free rate, maximum Sharpe says so', () => {
  const walk = (daily: number): Float64Array =>
    Float64Array.from({ length: 300 }, (_, day) => 100 * (1 + daily) ** day * (1 + 0.001 * Math.sin(day * day)));
  const table = {
    sessions: samplePrices(1, 300).sessions,
    symbols: ['UP', 'ALSO', 'DOWN'],
    prices: [walk(0.0005), walk(0.0005), walk(-0.002)],
  };
  const maximum = (constraints: StrategyRun['constraints']) =>
    runStrategy({
      strategy: 'maximum_sharpe',
      prices: table,
      assets: new Map(['UP', 'ALSO'].map((symbol) => [symbol, { sector: 'Energy' }])),
      constraints,
    }).reason;
  expect(maximum({})).toBeNull();
  // A tenth each, or both together, of what rises by 13 % can't make up for the rest, which falls by 40 %.
  expect(maximum({ assetCap: 0.9, assetCaps: { UP: 0.1, ALSO: 0.1 } })).toBe('nothing_beats_risk_free');
  expect(maximum({ sectorCap: 0.5 })).toBe('nothing_beats_risk_free');
});

test('cash that fixed weights leave counts towards the buffer', () => {
  const few = { options: { weights: { S00: 0.5, S01: 0.2 } }, constraints: { cashBuffer: 0.1 } };
  expect(run('fixed_weights', few)).toMatchObject({ cash: expect.closeTo(0.3, 12) });
});

test('of two histories that never meet, the shorter one is left out', () => {
  const { sessions, symbols, prices: all } = samplePrices(2, 40);
  const only = (at: number, from: number, to: number): Float64Array =>
    all[at]!.map((price, day) => (day >= from && day < to ? price : Number.NaN));
  for (const [split, left] of [
    [10, 'S00'],
    [30, 'S01'],
  ] as const) {
    const table = { sessions, symbols, prices: [only(0, 0, split), only(1, split, 40)] };
    expect(run('risk_parity', { prices: table }).excluded).toEqual([{ symbol: left, reason: 'no_common_history' }]);
  }
});

describe('bad input', () => {
  const table = (columns: number[][]) => ({
    sessions: columns[0]!.map((_, day) => `2024-01-${String(day + 10)}`),
    symbols: columns.map((_, at) => `B${at}`),
    prices: columns.map((each) => Float64Array.from(each)),
  });
  const gap = Number.NaN;

  test.each<[string, number[][], string[]]>([
    ['no prices at all', [[gap, gap, gap]], ['no_price']],
    ['a single row', [[100], [50]], ['no_price', 'no_price']],
    ['a single return', [[100, 101]], ['too_few_observations']],
    ['a price that never moves', [[100, 100, 100, 100]], ['zero_variance']],
    ['prices that are not positive', [[-1, 0, -3, -4]], ['no_price']],
    [
      'histories that never meet',
      [
        [100, 101, 99, 98, gap, gap, gap],
        [gap, gap, gap, 100, 101, 99, 105],
      ],
      ['no_common_history'],
    ],
  ])('%s', (_, columns, reasons) => {
    for (const strategy of ['minimum_variance', 'maximum_sharpe', 'risk_parity', 'hierarchical_risk_parity'] as const) {
      const outcome = runStrategy({ strategy, prices: table(columns) });
      expect(outcome.excluded.map(({ reason }) => reason)).toEqual(reasons);
      if (reasons.length === columns.length) expect(outcome).toMatchObject({ allocations: null, reason: 'no_assets' });
      expect(JSON.stringify(outcome)).not.toMatch(/NaN|Infinity/);
    }
  });

  test('strategies that need no returns still choose, and say that nothing can be expected', () => {
    const outcome = runStrategy({ strategy: 'equal_weight', prices: table([[100], [50]]) });
    expect(outcome).toMatchObject({ reason: null, estimates: null, performance: { sharpe: 'too_few_observations' } });
  });

  test.each(STRATEGY_NAMES)('%s buys nothing that never had a price', (strategy) => {
    const { sessions, symbols, prices: known } = samplePrices(3, 300);
    const outcome = runStrategy({
      strategy,
      prices: {
        sessions,
        symbols: [...symbols, 'NONE', 'BELOW'],
        prices: [...known, known[0]!.map(() => gap), known[0]!.map((price) => -price)],
      },
      assets: new Map([...symbols, 'NONE', 'BELOW'].map((symbol) => [symbol, { marketCap: 1e9 }])),
      options: {
        riskFree: -0.5,
        weights: Object.fromEntries([...symbols, 'NONE', 'BELOW'].map((each) => [each, 0.2])),
      },
    });
    expect(outcome.allocations?.map(({ symbol }) => symbol)).toEqual(symbols);
    expect(outcome.excluded).toEqual([
      { symbol: 'NONE', reason: 'no_price' },
      { symbol: 'BELOW', reason: 'no_price' },
    ]);
  });

  test.each(STRATEGY_NAMES)('%s survives returns whose squares overflow', (strategy) => {
    const outcome = runStrategy({
      strategy,
      prices: table([
        [1e-150, 1e150, 1e-150, 1e150, 1e140],
        [1e308, 1e-308, 1e308, 1e-308, 1e300],
      ]),
      assets: new Map(['B0', 'B1'].map((symbol) => [symbol, { marketCap: 1 }])),
      options: { skip: 0, weights: { B0: 0.5, B1: 0.5 } },
    });
    if (STRATEGIES[strategy].needs === 'risk')
      expect(outcome).toMatchObject({ allocations: null, reason: 'out_of_range' });
    else expect(outcome).toMatchObject({ performance: { annualVolatility: 'out_of_range' } });
  });

  test('assets that hedge each other completely leave no risk to share out', () => {
    const outcome = runStrategy({ strategy: 'risk_parity', prices: samplePrices(20, 3) });
    expect(outcome).toMatchObject({ allocations: null, reason: 'no_risk' });
  });

  test('no assets, no allocation', () => {
    for (const strategy of STRATEGY_NAMES) {
      const outcome = runStrategy({ strategy, prices: { sessions: [], symbols: [], prices: [] } });
      expect(outcome).toEqual({ allocations: null, excluded: [], reason: 'no_assets' });
    }
  });
});

test('each strategy says what it is and what it looks at', () => {
  for (const name of STRATEGY_NAMES) expect(STRATEGIES[name].says).toMatch(/^[a-z].*[^.]$/);
});
