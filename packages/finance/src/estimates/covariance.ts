import type { Symmetric } from '../numeric/cholesky.ts';
import { jointMoments, moments } from '../numeric/moments.ts';
import { nearestPositiveSemidefinite } from '../numeric/positive-semidefinite.ts';
import { constantCorrelation, constantVariance, singleFactor } from './ledoit-wolf.ts';
import type { ReturnTable } from './price-table.ts';

/** How the covariance of returns is estimated. */
export const COVARIANCE_MODELS = {
  sample: 'sample covariance of each pair’s common history',
  ledoit_wolf: 'shrunk towards equal variances without correlation (Ledoit and Wolf 2004)',
  ledoit_wolf_single_factor: 'shrunk towards one market factor (Ledoit and Wolf 2003)',
  ledoit_wolf_constant_correlation: 'shrunk towards one correlation for all (Ledoit and Wolf 2004)',
  exponential: 'exponentially weighted (span, default 180)',
} as const;
export type CovarianceModel = keyof typeof COVARIANCE_MODELS;

export interface CovarianceOptions {
  model?: CovarianceModel;
  periodsPerYear?: number;
  /** Of `exponential`, in periods. */
  span?: number;
}

/**
 * Covariance per year of the columns' returns. Every pair must share at least two returns. Covariances of pairs with different
 * histories may contradict each other; the nearest positive semidefinite matrix then replaces them. Shrinkage takes a missing
 * return as 0, as PyPortfolioOpt does. If squares of returns overflow, the result contains values that aren't finite.
 */
export function covarianceOf(table: ReturnTable, options: CovarianceOptions = {}): Symmetric {
  return madeToFit(covarianceOfPairs(table, options));
}

/** {@link covarianceOf} before it is made positive semidefinite, which would change the assets' own variances on its diagonal. */
export function covarianceOfPairs({ returns }: ReturnTable, options: CovarianceOptions = {}): Symmetric {
  const { model = 'sample', periodsPerYear = 252, span = 180 } = options;
  const raw = estimate(returns, model, span);
  return { n: raw.n, data: raw.data.map((value) => value * periodsPerYear) };
}

/** Makes a {@link covarianceOfPairs} positive semidefinite, if it is finite. */
export function madeToFit(pairs: Symmetric): Symmetric {
  return pairs.data.every(Number.isFinite) ? nearestPositiveSemidefinite(pairs) : pairs;
}

function estimate(returns: readonly Float64Array[], model: CovarianceModel, span: number): Symmetric {
  switch (model) {
    case 'ledoit_wolf':
      return constantVariance(returns);
    case 'ledoit_wolf_single_factor':
      return singleFactor(returns);
    case 'ledoit_wolf_constant_correlation':
      return constantCorrelation(returns, sampleCovariance(returns));
    case 'exponential':
      return exponentialCovariance(returns, span);
    case 'sample':
      return sampleCovariance(returns);
  }
}

/** Unbiased covariance (ddof 1) of one period, each pair over the periods that both have. */
export function sampleCovariance(returns: readonly Float64Array[]): Symmetric {
  return pairwise(returns, (a, b) => {
    const { covariance, count } = jointMoments(a, b);
    return (covariance * count) / (count - 1);
  });
}

/** Products of deviations from each asset's own mean, weighted (1 − α)^age with α = 2 / (span + 1). */
export function exponentialCovariance(returns: readonly Float64Array[], span: number): Symmetric {
  const means = returns.map((each) => moments(each).mean);
  const keep = 1 - 2 / (span + 1);
  return pairwise(returns, (a, b, i, j) => {
    let sum = 0;
    let weights = 0;
    for (let t = 0; t < a.length; t++) {
      sum *= keep;
      weights *= keep;
      const product = (a[t]! - means[i]!) * (b[t]! - means[j]!);
      if (product !== product) continue;
      sum += product;
      weights += 1;
    }
    return sum / weights;
  });
}

/** Pearson's correlation of each pair over the periods that both have; 0 if one of them never changes. */
export function pairwiseCorrelations(returns: readonly Float64Array[]): Symmetric {
  return pairwise(returns, (a, b, i, j) => {
    if (i === j) return 1;
    const { covariance, varianceA, varianceB, flatA, flatB } = jointMoments(a, b);
    return flatA || flatB ? 0 : Math.max(-1, Math.min(1, covariance / Math.sqrt(varianceA) / Math.sqrt(varianceB)));
  });
}

function pairwise(
  returns: readonly Float64Array[],
  of: (a: Float64Array, b: Float64Array, i: number, j: number) => number,
): Symmetric {
  const n = returns.length;
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) data[i * n + j] = data[j * n + i] = of(returns[i]!, returns[j]!, i, j);
  }
  return { n, data };
}

/** Correlations of a covariance matrix; 0 beside an asset without variance. */
export function correlationsOf({ n, data }: Symmetric): Symmetric {
  const deviation = Float64Array.from({ length: n }, (_, i) => Math.sqrt(data[i * n + i]!));
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const by = deviation[i]! * deviation[j]!;
      result[i * n + j] = i === j ? 1 : by > 0 ? Math.max(-1, Math.min(1, data[i * n + j]! / by)) : 0;
    }
  }
  return { n, data: result };
}
