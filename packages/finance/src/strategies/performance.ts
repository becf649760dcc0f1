import { type Figure, finite } from '../figure.ts';
import { type Symmetric, dot, multiply } from '../numeric/cholesky.ts';

/** What an allocation would be expected to do in a year, from the estimates that it was chosen by. */
export interface ExpectedPerformance {
  /** Σ w·μ: cash earns nothing. */
  annualReturn: Figure;
  /** √(wᵀΣw). */
  annualVolatility: Figure;
  /** (return − rf) / volatility. */
  sharpe: Figure;
}

/** √(wᵀΣw); rounding below zero counts as zero. */
export function portfolioVolatility(weights: Float64Array, covariance: Symmetric): number {
  return Math.sqrt(Math.max(0, dot(weights, multiply(covariance, weights))));
}

/** Expected return, volatility and Sharpe ratio of weights under expected returns and a covariance per year. */
export function expectedPerformance(
  weights: Float64Array,
  expected: Float64Array,
  covariance: Symmetric,
  riskFree: number,
): ExpectedPerformance {
  const sum = dot(weights, expected);
  const annualReturn = finite(sum, Number.isNaN(sum) ? 'too_few_observations' : 'out_of_range');
  const annualVolatility = finite(portfolioVolatility(weights, covariance));
  if (typeof annualReturn !== 'number') return { annualReturn, annualVolatility, sharpe: annualReturn };
  if (typeof annualVolatility !== 'number') return { annualReturn, annualVolatility, sharpe: annualVolatility };
  const sharpe = annualVolatility === 0 ? 'zero_variance' : finite((annualReturn - riskFree) / annualVolatility);
  return { annualReturn, annualVolatility, sharpe };
}
