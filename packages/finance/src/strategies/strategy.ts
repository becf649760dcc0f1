import type { MarketSymbol } from '@freshet/market';
import type { CovarianceModel } from '../estimates/covariance.ts';
import type { ReturnsModel } from '../estimates/expected-returns.ts';
import type { ReturnTable } from '../estimates/price-table.ts';
import type { Reason } from '../figure.ts';
import type { ReturnSeries } from '../metrics/return-series.ts';
import type { Symmetric } from '../numeric/cholesky.ts';

/** Options of all strategies. A strategy names those that it uses; the others have no effect on it. */
export interface StrategyOptions {
  /** 252 for trading days (default), 365 for crypto. */
  periodsPerYear: number;
  /** Risk-free return per year, a fraction (default 0). */
  riskFree: number;
  covariance: CovarianceModel;
  /** Of the exponential covariance, in periods. */
  covarianceSpan: number;
  expectedReturns: ReturnsModel;
  /** Of the exponential mean return, in periods. */
  returnsSpan: number;
  /** Adds this much to every variance: spreads the weights of optimised portfolios (default 0: none). */
  l2: number;
  /** Momentum: how many assets to hold, how many periods to look back, and how many of the latest to skip. */
  top: number;
  lookback: number;
  skip: number;
  /** Hierarchical risk parity: how clusters are joined. */
  linkage: Linkage;
  /** Fixed weights: shares by symbol. */
  weights: Readonly<Record<MarketSymbol, number>>;
}

export const LINKAGES = ['single', 'complete', 'average', 'ward'] as const;
export type Linkage = (typeof LINKAGES)[number];

export const DEFAULT_OPTIONS: StrategyOptions = {
  periodsPerYear: 252,
  riskFree: 0,
  covariance: 'sample',
  covarianceSpan: 180,
  expectedReturns: 'compounded',
  returnsSpan: 500,
  l2: 0,
  top: 10,
  lookback: 252,
  skip: 21,
  linkage: 'single',
  weights: {},
};

/** An asset that a strategy may choose. */
export interface Candidate {
  symbol: MarketSymbol;
  sector?: string | null;
  /** At the last session of the run's prices, in one currency for all candidates. */
  marketCap?: number | null;
}

/** What a strategy chooses from: the usable candidates, their returns, and the estimates made from them. */
export interface Universe {
  candidates: readonly Candidate[];
  table: ReturnTable;
  market: ReturnSeries | null;
  options: StrategyOptions;
  /** Per year; computed when first asked for. */
  covariance(): Symmetric;
  /** Each asset's own variance per year, from before the covariance was made positive semidefinite. */
  variances(): Float64Array;
  /** Per year; computed when first asked for. */
  expected(): Float64Array;
  /** The most of the invested part that each asset may be; 1 without a cap. */
  caps: Float64Array;
  /** Groups of assets that share a cap. */
  groups: readonly { members: readonly number[]; cap: number }[];
}

/** One way of choosing weights. */
export interface Strategy {
  title: string;
  says: string;
  /** The options that it looks at, beside caps and cash. */
  uses: readonly (keyof StrategyOptions)[];
  /** What an asset must have to be chosen from. `risk`: returns that vary, and in common with the others. */
  needs: 'nothing' | 'returns' | 'risk' | 'market_cap' | 'weight';
  /** Shares of the invested part in the order of the candidates, summing to 1; or why there are none. */
  weigh(universe: Universe): Float64Array | Reason;
}
