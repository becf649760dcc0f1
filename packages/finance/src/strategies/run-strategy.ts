import type { MarketSymbol } from '@freshet/market';
import { type PriceTable, returnTable } from '../estimates/price-table.ts';
import type { Reason } from '../figure.ts';
import type { ReturnSeries } from '../metrics/return-series.ts';
import { type Constraints, type Caps, type NamedCaps, capacity, capsFor, named, underCaps } from './caps.ts';
import { STRATEGIES, type StrategyName } from './catalogue.ts';
import type { Symmetric } from '../numeric/cholesky.ts';
import { type ExpectedPerformance, expectedPerformance } from './performance.ts';
import { type Candidate, DEFAULT_OPTIONS, type Strategy, type StrategyOptions } from './strategy.ts';
import { type Excluded, haveCommonHistory, universeOf, usable } from './universe.ts';

/** One run of a strategy over the adjusted closes up to the day of the run. */
export interface StrategyRun {
  strategy: StrategyName;
  options?: Partial<StrategyOptions>;
  constraints?: Constraints;
  /** Adjusted closes; the columns are the candidates. */
  prices: PriceTable;
  /** Sector and market capitalisation, where known, by symbol. */
  assets?: ReadonlyMap<MarketSymbol, Omit<Candidate, 'symbol'>>;
  /** The market's returns, for expected returns by CAPM. */
  market?: ReturnSeries | null;
}

export interface Allocation {
  symbol: MarketSymbol;
  /** Share of the whole, cash included. */
  weight: number;
}

/** Per year. */
export interface Estimates {
  expected: Float64Array;
  covariance: Symmetric;
}

/** Target allocations, or the reason why there are none: then nothing is to be changed. */
export type StrategyOutcome =
  | {
      allocations: Allocation[];
      /** 1 − Σ weights. */
      cash: number;
      /** `caps`: the caps leave no room for more; `weights`: the given weights add up to less than 1. */
      cashBecause: ('buffer' | 'caps' | 'weights')[];
      performance: ExpectedPerformance;
      /** The estimates behind the performance, in the order of the allocations; null if histories are too short. */
      estimates: Estimates | null;
      /** The caps that the weights keep. Whole shares must keep them too. */
      caps: NamedCaps;
      excluded: Excluded[];
      reason: null;
    }
  | { allocations: null; excluded: Excluded[]; reason: Reason };

/**
 * Runs a strategy: leaves out what cannot be chosen from, weighs the rest, and fits the weights under the caps and the cash
 * buffer. Pure and deterministic: the same input gives the same weights to the last bit.
 */
export function runStrategy(run: StrategyRun): StrategyOutcome {
  const strategy: Strategy = STRATEGIES[run.strategy];
  const options = { ...DEFAULT_OPTIONS, ...run.options };
  const constraints = run.constraints ?? {};
  const candidates = run.prices.symbols.map((symbol) => ({ symbol, ...run.assets?.get(symbol) }));
  const table = returnTable(run.prices);
  const { columns, excluded } = usable(strategy, candidates, run.prices, table, options);
  const chosen = columns.map((at) => candidates[at]!);
  if (chosen.length === 0) return { allocations: null, excluded, reason: 'no_assets' };

  const caps = capsFor(chosen, constraints);
  const wanted = Math.min(1 - Math.min(1, Math.max(0, constraints.cashBuffer ?? 0)), given(strategy, chosen, options));
  const invested = Math.min(wanted, capacity(caps));
  if (!(invested > 0)) return { allocations: null, excluded, reason: 'caps_forbid' };

  const universe = universeOf(candidates, table, columns, run.market ?? null, options);
  const flaw = flawOf(strategy, universe);
  if (flaw) return { allocations: null, excluded, reason: flaw };
  const inner = ofInvested(caps, invested);
  const weighed = strategy.weigh({ ...universe, caps: inner.assets, groups: inner.groups });
  if (typeof weighed === 'string') return { allocations: null, excluded, reason: weighed };
  // An optimal portfolio keeps its caps already, except for the room that ofInvested gave the optimiser.
  const weights = underCaps(weighed, caps, invested);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const estimates = estimatesOf(strategy, universe);
  return {
    allocations: chosen.map(({ symbol }, at) => ({ symbol, weight: weights[at]! })),
    cash: Math.abs(1 - total) < 1e-12 ? 0 : 1 - total,
    cashBecause: cashReasons(constraints, { total, wanted, given: given(strategy, chosen, options) }),
    performance: estimates
      ? expectedPerformance(weights, estimates.expected, estimates.covariance, options.riskFree)
      : UNKNOWN_PERFORMANCE,
    estimates,
    caps: named(caps, chosen),
    excluded,
    reason: null,
  };
}

/** Why the estimates that the strategy needs are unusable; null if they are all finite. */
function flawOf(strategy: Strategy, universe: ReturnType<typeof universeOf>): Reason | null {
  if (strategy.needs !== 'risk') return null;
  if (!universe.covariance().data.every(Number.isFinite)) return 'out_of_range';
  if (!strategy.uses.includes('expectedReturns')) return null;
  const expected = universe.expected();
  if (expected.some(Number.isNaN)) return 'too_few_observations';
  return expected.every(Number.isFinite) ? null : 'out_of_range';
}

/** The share that the strategy wants invested: the sum of fixed weights, if below 1. Every other strategy invests all that it may. */
function given(strategy: Strategy, chosen: readonly Candidate[], { weights }: StrategyOptions): number {
  if (strategy.needs !== 'weight') return 1;
  return Math.min(
    1,
    chosen.reduce((sum, { symbol }) => sum + (weights[symbol] ?? 0), 0),
  );
}

/** If the caps allow no more than is invested, they are widened by this share: an interior method needs some room to move. */
const ROOM = 1e-6;

/** The caps as shares of the invested part. */
function ofInvested(caps: Caps, invested: number): Caps {
  const room = capacity(caps) - invested < ROOM ? 1 + ROOM : 1;
  const share = (cap: number): number => Math.min(1, (cap / invested) * room);
  const groups = caps.groups.map(({ members, cap }) => ({ members, cap: share(cap) }));
  return { assets: caps.assets.map(share), groups };
}

const UNKNOWN_PERFORMANCE: ExpectedPerformance = {
  annualReturn: 'too_few_observations',
  annualVolatility: 'too_few_observations',
  sharpe: 'too_few_observations',
};

/** Strategies that need no estimates may hold assets without any. Then there are none for the whole. */
function estimatesOf(strategy: Strategy, universe: ReturnType<typeof universeOf>): Estimates | null {
  if (strategy.needs !== 'risk' && !haveCommonHistory(universe.table)) return null;
  return { expected: universe.expected(), covariance: universe.covariance() };
}

/** Why not everything is invested. `total` is invested, `wanted` was to be, `given` is the sum of the given weights. */
function cashReasons(
  { cashBuffer }: Constraints,
  shares: { total: number; wanted: number; given: number },
): ('buffer' | 'caps' | 'weights')[] {
  const reasons: ('buffer' | 'caps' | 'weights')[] = [];
  if ((cashBuffer ?? 0) > 0) reasons.push('buffer');
  if (shares.given < 1 - 1e-12) reasons.push('weights');
  if (shares.total < shares.wanted - 1e-12) reasons.push('caps');
  return reasons;
}
