import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeGiven } from '@freshet/testing';
import {
  COVARIANCE_MODELS,
  type CovarianceModel,
  covarianceOf,
  pairwiseCorrelations,
} from '../estimates/covariance.ts';
import { expectedReturns } from '../estimates/expected-returns.ts';
import { returnTable } from '../estimates/price-table.ts';
import { trackingError } from '../metrics/relative.ts';
import { returnsOfPrices } from '../metrics/returns.ts';
import { sampleOf } from '../metrics/sample.ts';
import type { Symmetric } from '../numeric/cholesky.ts';
import { isPositiveSemidefinite } from '../numeric/positive-semidefinite.ts';
import type { StrategyName } from '../strategies/catalogue.ts';
import { clusterOrder } from '../strategies/hierarchical-risk-parity.ts';
import { portfolioVolatility } from '../strategies/performance.ts';
import { runStrategy } from '../strategies/run-strategy.ts';
import type { StrategyOptions } from '../strategies/strategy.ts';
import { wholeShares } from '../strategies/whole-shares.ts';
import { priceFile } from './price-file.fixture.ts';

interface Operation {
  op: string;
  args?: unknown[];
  kwargs?: Record<string, unknown>;
}
interface Expectation {
  quantity: string;
  expected: unknown;
  tolerance: string | { rtol?: number; atol?: number; decimal?: number };
}
interface Story {
  file: string;
  test: string;
  operations: Operation[];
  expectations: Expectation[];
}

/** Operations that only check or reshape what others made. */
const PLUMBING = new Set(
  'all any equals notnull isnull to_numpy dropna pct_change mean first resample quantile cumsum cummax _is_positive_semidefinite'.split(
    ' ',
  ),
);

/** Operations that the product has. */
const OURS = new Set([
  'setup_efficient_frontier',
  'EfficientFrontier',
  'setup_cla',
  'min_volatility',
  'max_sharpe',
  'portfolio_performance',
  'portfolio_variance',
  'ex_post_tracking_error',
  'mean_historical_return',
  'ema_historical_return',
  'capm_return',
  'returns_from_prices',
  'sample_cov',
  'exp_cov',
  'ledoit_wolf',
  'CovarianceShrinkage',
  'risk_matrix',
  'HRPOpt',
  'optimize',
  '_get_quasi_diag',
  'add_objective objective_functions.L2_reg',
  'DiscreteAllocation',
  'greedy_portfolio',
]);

/** Operations that the specification of the calculations does not name. */
const LEFT_OUT: Record<string, string> = {
  'setup_efficient_frontier weight_bounds': 'the product’s portfolios are long only',
  add_constraint: 'constraints are caps per asset and sector, and a cash buffer',
  efficient_return: 'least risk for a given return is not a strategy of the product',
  efficient_risk: 'most return for a given risk is not a strategy of the product',
  efficient_frontier: 'the whole frontier is not an answer of the product',
  max_quadratic_utility: 'quadratic utility is not a strategy of the product',
  semicovariance: 'the covariance is sample, Ledoit–Wolf or exponential',
  'risk_matrix semicovariance': 'the covariance is sample, Ledoit–Wolf or exponential',
  oracle_approximating: 'the covariance is sample, Ledoit–Wolf or exponential',
  ex_ante_tracking_error: 'the tracking error is that of returns, not of weights',
  _remove_zero_positions: 'an inner step of the library',
  'DiscreteAllocation of nothing': 'an inner step of the library',
  lp_portfolio: 'whole shares are found by rounding, not by integer programming',
  BlackLittermanModel: 'Black–Litterman is not a strategy of the product',
  bl_weights: 'Black–Litterman is not a strategy of the product',
  bl_returns: 'Black–Litterman is not a strategy of the product',
  bl_cov: 'Black–Litterman is not a strategy of the product',
  setup_efficient_semivariance: 'semivariance is not a strategy of the product',
  min_semivariance: 'semivariance is not a strategy of the product',
  setup_efficient_cvar: 'CVaR is a metric, not an objective',
  EfficientCVaR: 'CVaR is a metric, not an objective',
  min_cvar: 'CVaR is a metric, not an objective',
  setup_efficient_cdar: 'CDaR is not part of the product',
  min_cdar: 'CDaR is not part of the product',
};

/** Tests whose operations are ours, but whose inputs or subject are not. */
const LEFT_OUT_TESTS: Record<string, string> = {
  'test_black_litterman.py test_market_risk_aversion': 'Black–Litterman is not a strategy of the product',
  'test_objective_functions.py test_volatility_dummy': 'its covariance matrix is not in the file',
};

function keyOf({ op, args = [], kwargs = {} }: Operation): string {
  if (op === 'setup_efficient_frontier' && 'weight_bounds' in kwargs) return `${op} weight_bounds`;
  if (op === 'add_objective') return `${op} ${String(args[0])}`;
  if (op === 'risk_matrix' && kwargs.method === 'semicovariance') return `${op} semicovariance`;
  if (op === 'DiscreteAllocation' && typeof args[0] === 'object') return `${op} of nothing`;
  return op;
}

describeGiven('groundtruth', 'estimates and strategies against the numbers of PyPortfolioOpt', (directory) => {
  const folder = join(directory, 'pyportfolioopt');
  const { tests } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as { tests: Story[] };
  const prices = priceFile(join(folder, 'stock_prices.csv'));
  const market = priceFile(join(folder, 'spy_prices.csv'));
  const table = returnTable(prices);
  const sample = covarianceOf(table);
  const expected = expectedReturns(table);

  /** Weights, and [return, volatility, Sharpe at 2 %] under a covariance (the strategy's own unless another is given). */
  const allocate = (strategy: StrategyName, options: Partial<StrategyOptions> = {}, judgedBy?: Symmetric) => {
    const outcome = runStrategy({ strategy, options: { riskFree: 0.02, ...options }, prices });
    if (outcome.reason !== null) throw new Error(outcome.reason);
    const weights = Float64Array.from(outcome.allocations, ({ weight }) => weight);
    const annual = weights.reduce((sum, weight, i) => sum + weight * expected[i]!, 0);
    const volatility = portfolioVolatility(
      weights,
      judgedBy ?? covarianceOf(table, { model: options.covariance, span: options.covarianceSpan }),
    );
    return { weights, performance: [annual, volatility, (annual - 0.02) / volatility] };
  };
  const shapeOf = ({ n, data }: Symmetric): number[] => {
    expect(data).toHaveLength(n * n);
    expect(data.every((each) => Number.isFinite(each))).toBe(true);
    expect(isPositiveSemidefinite({ n, data: data.map((each, i) => each + (i % (n + 1) === 0 ? 1e-15 : 0)) })).toBe(
      true,
    );
    return [n, n];
  };
  const greedy = () => {
    const { weights } = allocate('maximum_sharpe');
    const latest = new Map(prices.symbols.map((symbol, at) => [symbol, String(prices.prices[at]!.at(-1))]));
    return {
      latest,
      ...wholeShares(new Map(prices.symbols.map((symbol, at) => [symbol, weights[at]!])), latest, '10000'),
    };
  };

  /** The answers in the order of each test's expectations. */
  const ANSWERS: Record<string, () => unknown[]> = {
    'test_efficient_frontier.py test_min_volatility': () => [allocate('minimum_variance').performance],
    'test_efficient_frontier.py test_max_sharpe_L2_reg': () => [allocate('maximum_sharpe', { l2: 5 }).performance],
    'test_efficient_frontier.py test_min_volatility_shrunk_L2_reg': () => [
      allocate('minimum_variance', { l2: 1, covariance: 'ledoit_wolf_constant_correlation' }).performance,
    ],
    'test_efficient_frontier.py test_min_volatility_exp_cov_L2_reg': () => [
      allocate('minimum_variance', { l2: 1, covariance: 'exponential' }).performance,
    ],
    'test_cla.py test_cla_min_volatility': () => [allocate('minimum_variance').performance],
    // The critical line algorithm maximises the ratio without a risk-free rate, and is then judged at 2 %.
    'test_cla.py test_cla_max_sharpe_exp_cov': () => [
      allocate('maximum_sharpe', { riskFree: 0, covariance: 'exponential' }).performance,
    ],
    'test_hrp.py test_quasi_dag': () => [clusterOrder(pairwiseCorrelations(table.returns), 'single').slice(0, 5)],
    'test_expected_returns.py test_capm_no_benchmark': () => [
      [...expectedReturns(table, { model: 'capm', riskFree: 0.02 })],
    ],
    'test_expected_returns.py test_capm_with_benchmark': () => [
      [
        ...expectedReturns(table, {
          model: 'capm',
          riskFree: 0.02,
          market: returnsOfPrices(market.sessions, market.prices[0]!),
        }),
      ],
    ],
    'test_risk_models.py test_sample_cov_real_data': () => [shapeOf(sample)],
    'test_risk_models.py test_ledoit_wolf_default': () => [shapeOf(covarianceOf(table, { model: 'ledoit_wolf' }))],
    'test_risk_models.py test_risk_matrix_and_returns_data': () => {
      const shapes = (Object.keys(COVARIANCE_MODELS) as CovarianceModel[]).map((model) =>
        shapeOf(covarianceOf(table, { model })),
      );
      expect(new Set(shapes.map(String)).size).toBe(1);
      return [shapes[0]];
    },
    'test_objective_functions.py test_volatility': () => [
      portfolioVolatility(new Float64Array(20).fill(1 / 20), sample) ** 2,
    ],
    'test_objective_functions.py test_ex_post_tracking_error': () => {
      const whole = table.sessions.map((_, t) => t).filter((t) => table.returns.every((each) => each[t] === each[t]));
      const mean = Float64Array.from(whole, (t) => table.returns.reduce((sum, each) => sum + each[t]!, 0) / 20);
      const equal = Float64Array.from(whole, (t) => table.returns.reduce((sum, each) => sum + each[t]! / 20, 0));
      return [trackingError(sampleOf(equal, mean))];
    },
    'test_discrete_allocation.py test_greedy_portfolio_allocation': () => {
      const { quantities, left, latest } = greedy();
      const held = [...quantities].filter(([, units]) => units !== '0');
      const total = held.reduce((sum, [symbol, units]) => sum + Number(units) * Number(latest.get(symbol)), 0);
      return [Object.fromEntries(held.map(([symbol, units]) => [symbol, Number(units)])), total + Number(left)];
    },
  };

  const nameOf = (story: Story): string => `${story.file.split('/').at(-1)} ${story.test}`;
  const leftOut = (story: Story): string | null => {
    const operation = story.operations.map(keyOf).find((key) => key in LEFT_OUT);
    return operation ? LEFT_OUT[operation]! : (LEFT_OUT_TESTS[nameOf(story)] ?? null);
  };

  test('every operation is one of ours, or left out for a reason', () => {
    const keys = new Set(tests.flatMap(({ operations }) => operations.map(keyOf)));
    expect([...keys].filter((key) => !PLUMBING.has(key) && !OURS.has(key) && !(key in LEFT_OUT))).toEqual([]);
  });

  test('every test whose operations are all ours is answered', () => {
    const open = tests.filter((story) => leftOut(story) === null).map(nameOf);
    expect(open.toSorted()).toEqual(Object.keys(ANSWERS).toSorted());
  });

  const answered = tests.filter((story) => leftOut(story) === null).map((story) => [nameOf(story), story] as const);
  test.each(answered)('%s', (name, story) => {
    const answers = ANSWERS[name]!();
    expect(answers).toHaveLength(story.expectations.length);
    story.expectations.forEach((each, i) => expectWithin(answers[i], each.expected, each.tolerance));
  });
});

function expectWithin(actual: unknown, wanted: unknown, tolerance: Expectation['tolerance']): void {
  if (tolerance === 'exact') {
    expect(actual).toEqual(wanted);
    return;
  }
  const [ours, theirs] = [[actual].flat() as number[], [wanted].flat() as number[]];
  expect(ours).toHaveLength(theirs.length);
  theirs.forEach((each, i) => expect(Math.abs(ours[i]! - each)).toBeLessThanOrEqual(allowed(tolerance, each)));
}

function allowed(tolerance: Expectation['tolerance'], value: number): number {
  if (typeof tolerance !== 'string') {
    const { rtol = 0, atol = 0, decimal } = tolerance;
    return decimal === undefined ? atol + rtol * Math.abs(value) : 1.5 * 10 ** -decimal;
  }
  const [, decimals] = /^(\d+) decimals$/.exec(tolerance) ?? [];
  if (decimals) return 1.5 * 10 ** -Number(decimals);
  const [, relative] = /^rtol (\S+)$/.exec(tolerance) ?? [];
  if (relative) return Number(relative) * Math.abs(value);
  throw new Error(`a tolerance that is not understood: ${tolerance}`);
}
