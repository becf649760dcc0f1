import fc from 'fast-check';
import type { MarketSymbol } from '@freshet/market';
import { indexSeries } from '../index/index-series.ts';
import { alignReturns } from '../metrics/by-period.ts';
import { allMetrics } from '../metrics/all-metrics.ts';
import { returnsOfPrices } from '../metrics/returns.ts';
import { recalculatePortfolio } from '../valuation/recalculate-portfolio.ts';
import { type HeldSeries, onPriceBasis } from '../valuation/value-series.ts';
import { type Calculations, recalculateAll, recalculateTouched } from './recalculate.ts';
import { type Change, type Dependencies, touchedBy } from './touched.ts';

const SYMBOLS = ['AAPL', 'MSFT', 'VOD.L', 'BTC-USD'];
const SESSIONS = Array.from({ length: 12 }, (_, day) => `2024-01-${String(day + 10)}`);
const BENCHMARK = '^GSPC';
const FX = 'GBPUSD=X';

/** A small world: raw prices, splits, what portfolios hold, and what weights an index has. */
interface World {
  prices: Record<MarketSymbol, number[]>;
  splits: { symbol: MarketSymbol; at: number; ratio: number }[];
  portfolios: Record<string, { symbol: MarketSymbol; at: number; units: number }[]>;
  weights: Record<string, { at: number; weights: Record<MarketSymbol, number> }[]>;
}

type Edit =
  | { kind: 'price'; symbol: MarketSymbol; at: number; price: number }
  | { kind: 'split'; symbol: MarketSymbol; at: number; ratio: number }
  | { kind: 'holding'; portfolio: string; symbol: MarketSymbol; at: number; units: number }
  | { kind: 'weights'; index: string; at: number; weights: Record<MarketSymbol, number> };

function freshWorld(): World {
  const flat = (price: number): number[] => SESSIONS.map((_, t) => price * (1 + 0.01 * Math.sin(t + price)));
  return {
    prices: {
      AAPL: flat(200),
      MSFT: flat(400),
      'VOD.L': flat(0.7),
      'BTC-USD': flat(60_000),
      [BENCHMARK]: flat(5000),
      [FX]: flat(1.25),
    },
    splits: [],
    portfolios: { p1: [{ symbol: 'AAPL', at: -1, units: 3 }], p2: [{ symbol: 'VOD.L', at: -1, units: 100 }], p3: [] },
    weights: { i1: [{ at: 0, weights: { AAPL: 0.5, MSFT: 0.5 } }], i2: [{ at: 2, weights: { 'BTC-USD': 1 } }] },
  };
}

/** What the edit changes in the world, and the change as the product is told of it. */
function apply(world: World, edit: Edit): Change {
  switch (edit.kind) {
    case 'price':
      world.prices[edit.symbol]![edit.at] = edit.price;
      return { of: 'price', symbols: [edit.symbol] };
    case 'split':
      world.splits.push(edit);
      return { of: 'price', symbols: [edit.symbol] };
    case 'holding':
      world.portfolios[edit.portfolio]!.push(edit);
      return { of: 'holdings', portfolios: [edit.portfolio] };
    case 'weights':
      world.weights[edit.index]!.push(edit);
      return { of: 'strategy', strategies: [`s-${edit.index}`] };
  }
}

function adjusted({ prices, splits }: World, symbol: MarketSymbol): Float64Array {
  return Float64Array.from(prices[symbol]!, (price, t) =>
    splits.reduce((each, split) => (split.symbol === symbol && split.at > t ? each / split.ratio : each), price),
  );
}

function dependencies({ portfolios, weights }: World): Dependencies {
  const named = (lists: readonly MarketSymbol[][]): MarketSymbol[] => [...new Set(lists.flat())];
  return {
    portfolios: Object.entries(portfolios).map(([id, holdings]) => {
      const symbols = named([holdings.map(({ symbol }) => symbol)]);
      return { id, symbols, fxSymbols: symbols.includes('VOD.L') ? [FX] : [], benchmark: BENCHMARK };
    }),
    strategies: Object.keys(weights).map((index) => ({ id: `s-${index}`, symbols: SYMBOLS, index })),
    indexes: Object.entries(weights).map(([id, list]) => ({
      id,
      symbols: named(list.map((each) => Object.keys(each.weights))),
      benchmark: BENCHMARK,
    })),
  };
}

function calculations(world: World) {
  const market = () => returnsOfPrices(SESSIONS, adjusted(world, BENCHMARK));
  const portfolio = (id: string) => {
    const holdings = world.portfolios[id]!;
    const held = [...new Set(holdings.map(({ symbol }) => symbol))].map((symbol): HeldSeries => {
      const changes = holdings.filter((each) => each.symbol === symbol).toSorted((a, b) => a.at - b.at);
      const splits = world.splits.filter((each) => each.symbol === symbol);
      const fx = symbol === 'VOD.L' ? adjusted(world, FX) : null;
      return { symbol, prices: adjusted(world, symbol), fx, ...onPriceBasis(0, changes, splits) };
    });
    return recalculatePortfolio(SESSIONS, held, market());
  };
  const index = (id: string) => {
    const rebalancings = world.weights[id]!.map(({ at, weights }) => ({
      session: SESSIONS[at]!,
      weights: new Map(Object.entries(weights)),
    }));
    const prices = SYMBOLS.map((symbol) => adjusted(world, symbol));
    const series = indexSeries({ sessions: SESSIONS, symbols: SYMBOLS, prices }, rebalancings);
    return compared({ series, metrics: null });
  };
  type Portfolio = ReturnType<typeof recalculatePortfolio>;
  interface Index {
    series: ReturnType<typeof indexSeries>;
    metrics: ReturnType<typeof allMetrics> | null;
  }
  const compared = ({ series }: Index): Index => {
    const own = returnsOfPrices(series.sessions, series.levels);
    return { series, metrics: allMetrics(own.returns, alignReturns(market(), own.sessions)) };
  };
  const counted = { portfolios: 0, indexes: 0 };
  const compute: Calculations<Portfolio, Index> = {
    portfolio: (id) => (counted.portfolios++, portfolio(id)),
    index: (id) => (counted.indexes++, index(id)),
    comparePortfolio: (id) => portfolio(id),
    compareIndex: (_, before) => compared(before),
  };
  return { compute, counted };
}

const at = fc.integer({ min: 0, max: SESSIONS.length - 1 });
const symbol = fc.constantFrom(...SYMBOLS);
const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    kind: fc.constant('price' as const),
    symbol: fc.constantFrom(...SYMBOLS, BENCHMARK, FX),
    at,
    price: fc.oneof(fc.double({ min: 0.5, max: 900, noNaN: true }), fc.constantFrom(Number.NaN, -1)),
  }),
  fc.record({ kind: fc.constant('split' as const), symbol, at, ratio: fc.constantFrom(2, 4, 0.1) }),
  fc.record({
    kind: fc.constant('holding' as const),
    portfolio: fc.constantFrom('p1', 'p2', 'p3'),
    symbol,
    at,
    units: fc.integer({ min: 0, max: 50 }),
  }),
  fc.record({
    kind: fc.constant('weights' as const),
    index: fc.constantFrom('i1', 'i2'),
    at,
    weights: fc.dictionary(symbol, fc.double({ min: 0, max: 1, noNaN: true }), { noNullPrototype: true }),
  }),
);

test('an incremental recalculation equals a full one, over any history of edits, prices and splits', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(edits, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 }),
      (history) => {
        const world = freshWorld();
        let results = recalculateAll(dependencies(world), calculations(world).compute);
        for (const step of history) {
          const changes = step.map((edit) => apply(world, edit));
          const now = dependencies(world);
          results = recalculateTouched(now, results, touchedBy(changes, now), calculations(world).compute);
          expect(results).toEqual(recalculateAll(now, calculations(world).compute));
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('only what a change touches is recalculated', () => {
  const world = freshWorld();
  const before = recalculateAll(dependencies(world), calculations(world).compute);
  const { compute, counted } = calculations(world);
  const touched = touchedBy([{ of: 'price', symbols: ['MSFT'] }], dependencies(world));
  expect(touched).toEqual({ strategies: [], indexes: ['i1'], portfolios: [], comparisons: [] });
  const after = recalculateTouched(dependencies(world), before, touched, compute);
  expect(counted).toEqual({ portfolios: 0, indexes: 1 });
  expect(after.portfolios.get('p1')).toBe(before.portfolios.get('p1'));
});

describe('what a change touches', () => {
  const world = dependencies(freshWorld());
  test.each<[string, Change[], object]>([
    ['the price of what is held', [{ of: 'price', symbols: ['AAPL'] }], { portfolios: ['p1'], indexes: ['i1'] }],
    ['a rate', [{ of: 'price', symbols: [FX] }], { portfolios: ['p2'], indexes: [] }],
    [
      'the benchmark',
      [{ of: 'price', symbols: [BENCHMARK] }],
      { portfolios: [], comparisons: ['p1', 'p2', 'p3', 'i1', 'i2'] },
    ],
    [
      'the benchmark and a holding',
      [{ of: 'price', symbols: [BENCHMARK, 'AAPL'] }],
      { portfolios: ['p1'], comparisons: ['p2', 'p3', 'i2'] },
    ],
    ['an edit', [{ of: 'holdings', portfolios: ['p3'] }], { portfolios: ['p3'], indexes: [] }],
    [
      'a run of a strategy',
      [{ of: 'strategy', strategies: ['s-i2'] }],
      { strategies: ['s-i2'], indexes: ['i2'], portfolios: [] },
    ],
    [
      'a stranger',
      [{ of: 'price', symbols: ['TSLA'] }],
      { strategies: [], indexes: [], portfolios: [], comparisons: [] },
    ],
    ['nothing', [], { strategies: [], indexes: [], portfolios: [], comparisons: [] }],
  ])('%s', (_, changes, touched) => expect(touchedBy(changes, world)).toMatchObject(touched));

  test('a portfolio drifts against the strategy that it follows', () => {
    const portfolios = [{ id: 'p', symbols: [], fxSymbols: [], benchmark: BENCHMARK, strategy: 's' }];
    const strategies = [{ id: 's', symbols: [], index: null }];
    const touched = touchedBy([{ of: 'strategy', strategies: ['s'] }], { portfolios, strategies, indexes: [] });
    expect(touched.portfolios).toEqual(['p']);
  });
});
