import fc from 'fast-check';
import { covarianceOf } from '../estimates/covariance.ts';
import { expectedReturns } from '../estimates/expected-returns.ts';
import { returnTable } from '../estimates/price-table.ts';
import { multiply } from '../numeric/cholesky.ts';
import { solveQuadraticProgram } from '../numeric/quadratic-program.ts';
import { riskContributions } from './risk-parity.ts';
import { type StrategyRun, runStrategy } from './run-strategy.ts';
import { samplePrices } from './samples.fixture.ts';

const SECTORS = ['Energy', 'Utilities', 'Materials'];

function solved(run: StrategyRun) {
  const outcome = runStrategy(run);
  if (outcome.reason !== null) throw new Error(outcome.reason);
  return { ...outcome, weights: Float64Array.from(outcome.allocations, ({ weight }) => weight) };
}

/** Random problems with caps that may or may not bind. */
const problems = fc.record({
  assets: fc.integer({ min: 2, max: 12 }),
  seed: fc.nat(1000),
  assetCap: fc.constantFrom(null, 0.15, 0.3, 0.6),
  sectorCap: fc.constantFrom(null, 0.35, 0.5, 0.9),
  cashBuffer: fc.constantFrom(0, 0.1),
});

function runOf(
  { assets, seed, assetCap, sectorCap, cashBuffer }: typeof problems extends fc.Arbitrary<infer T> ? T : never,
  strategy: StrategyRun['strategy'],
): StrategyRun {
  const prices = samplePrices(assets, 80, seed);
  const sectors = new Map(prices.symbols.map((symbol, at) => [symbol, { sector: SECTORS[at % 3]! }]));
  return { strategy, prices, assets: sectors, constraints: { assetCap, sectorCap, cashBuffer } };
}

/**
 * A long-only portfolio under caps is optimal exactly when no shift of weight from one asset to another improves it: the
 * slope of every allowed shift must not lead downhill.
 */
function expectNoBetterShift(run: StrategyRun, weights: Float64Array, slope: Float64Array): void {
  const { assetCap, sectorCap } = run.constraints!;
  const room = 1e-7;
  const sector = (at: number): number => at % 3;
  const used = SECTORS.map((_, s) => weights.reduce((sum, each, at) => (sector(at) === s ? sum + each : sum), 0));
  weights.forEach((from, i) => {
    if (from < room) return;
    weights.forEach((to, j) => {
      if (i === j || to > (assetCap ?? 1) - room) return;
      if (sector(i) !== sector(j) && used[sector(j)]! > (sectorCap ?? 1) - room) return;
      expect(slope[j]! - slope[i]!).toBeGreaterThan(-1e-6);
    });
  });
}

function expectWithinCaps(run: StrategyRun, weights: Float64Array): void {
  const { assetCap, sectorCap, cashBuffer } = run.constraints!;
  const total = weights.reduce((sum, each) => sum + each, 0);
  expect(total).toBeLessThanOrEqual(1 - cashBuffer! + 1e-9);
  SECTORS.forEach((_, s) => {
    const used = weights.reduce((sum, each, at) => (at % 3 === s ? sum + each : sum), 0);
    expect(used).toBeLessThanOrEqual((sectorCap ?? 1) + 1e-9);
  });
  for (const each of weights) {
    expect(each).toBeGreaterThanOrEqual(0);
    expect(each).toBeLessThanOrEqual((assetCap ?? 1) + 1e-9);
  }
}

test('minimum variance: under any caps, no shift of weight lowers the variance', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const run = runOf(problem, 'minimum_variance');
      const { weights } = solved(run);
      expectWithinCaps(run, weights);
      expectNoBetterShift(run, weights, multiply(covarianceOf(returnTable(run.prices)), weights));
    }),
    { numRuns: 60 },
  );
});

test('maximum Sharpe: under any caps, no shift of weight raises the ratio', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const run = runOf(problem, 'maximum_sharpe');
      const outcome = runStrategy(run);
      if (outcome.reason === 'nothing_beats_risk_free') return;
      expect(outcome.reason).toBeNull();
      const { weights } = solved(run);
      expectWithinCaps(run, weights);
      const table = returnTable(run.prices);
      const [mu, sigma] = [expectedReturns(table), multiply(covarianceOf(table), weights)];
      const variance = sigma.reduce((sum, each, i) => sum + each * weights[i]!, 0);
      const annual = mu.reduce((sum, each, i) => sum + each * weights[i]!, 0);
      if (annual <= 0) return;
      // −∂(ratio)/∂w, up to a positive factor.
      const slope = mu.map((each, i) => (annual * sigma[i]!) / variance - each);
      expectNoBetterShift(run, weights, slope);
    }),
    { numRuns: 60 },
  );
});

test('risk parity: contributions are equal within 1e-6', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.nat(1000),
      fc.constantFrom('sample', 'ledoit_wolf', 'exponential'),
      (assets, seed, model) => {
        const prices = samplePrices(assets, 120, seed);
        const { weights } = solved({ strategy: 'risk_parity', prices, options: { covariance: model } });
        const parts = riskContributions(covarianceOf(returnTable(prices), { model }), weights);
        for (const part of parts) expect(Math.abs(part - 1 / assets)).toBeLessThan(1e-6);
      },
    ),
    { numRuns: 40 },
  );
});

test('assets that move as one, or in opposite ways, still have an answer', () => {
  const base = samplePrices(1, 60).prices[0]!;
  const twice = {
    sessions: samplePrices(1, 60).sessions,
    symbols: ['A', 'B', 'C'],
    prices: [base, base, base.map((each) => 1 / each)],
  };
  for (const strategy of [
    'minimum_variance',
    'maximum_sharpe',
    'risk_parity',
    'hierarchical_risk_parity',
    'inverse_volatility',
  ] as const) {
    const { weights } = solved({ strategy, prices: twice });
    expect(weights.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
  }
});

test('the same input gives the same weights, to the last bit', () => {
  for (const strategy of ['minimum_variance', 'maximum_sharpe', 'risk_parity', 'hierarchical_risk_parity'] as const) {
    const once = solved({ strategy, prices: samplePrices(9, 100, 4) }).weights;
    expect(solved({ strategy, prices: samplePrices(9, 100, 4) }).weights).toEqual(once);
  }
});

test('conditions that contradict each other have no answer, in bounded time', () => {
  const q = { n: 2, data: Float64Array.from([1, 0, 0, 1]) };
  const row = (bound: number) => ({ at: [0, 1], by: [1, 1], bound });
  expect(solveQuadraticProgram({ q, equal: [row(1)], atMost: [row(0.5)] })).toBeNull();
  expect(solveQuadraticProgram({ q: { n: 2, data: new Float64Array(4) }, equal: [row(1)], atMost: [] })).toBeNull();
  expect(solveQuadraticProgram({ q: { n: 0, data: new Float64Array(0) }, equal: [], atMost: [] })).toBeNull();
});
