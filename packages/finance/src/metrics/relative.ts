import { type Figure, finite } from '../figure.ts';
import type { Sample } from './sample.ts';

/** Below this the benchmark's variance says nothing: the bound that empyrical uses. */
const NO_VARIANCE = 1e-30;

/** Covariance with the benchmark / variance of the benchmark (Sharpe 1964), over the periods in which both have a return. */
export function beta({ joint, benchmark, noBenchmark }: Sample): Figure {
  if (!joint || !benchmark) return noBenchmark;
  if (joint.count === 0) return 'no_observations';
  if (joint.count < 2) return 'too_few_observations';
  if (joint.flatB || joint.varianceB < NO_VARIANCE) return 'flat_benchmark';
  return finite(joint.covariance / joint.varianceB);
}

/**
 * Jensen's alpha (Jensen 1968) compounded to a year: (1 + mean(r − rf − β·(b − rf)))^periodsPerYear − 1.
 */
export function alpha(sample: Sample): Figure {
  const slope = beta(sample);
  if (typeof slope !== 'number') return slope;
  const { joint, riskFree, periodsPerYear } = sample;
  const perPeriod = joint!.meanA - riskFree - slope * (joint!.meanB - riskFree);
  return perPeriod <= -1 ? 'total_loss' : finite((1 + perPeriod) ** periodsPerYear - 1);
}

/** Pearson's correlation with the benchmark, −1..1. */
export function correlation({ joint, benchmark, noBenchmark }: Sample): Figure {
  if (!joint || !benchmark) return noBenchmark;
  if (joint.count === 0) return 'no_observations';
  if (joint.count < 2) return 'too_few_observations';
  if (joint.flatB) return 'flat_benchmark';
  if (joint.flatA) return 'zero_variance';
  const value = joint.covariance / Math.sqrt(joint.varianceA) / Math.sqrt(joint.varianceB);
  return finite(Math.max(-1, Math.min(1, value)));
}

/** Sample standard deviation (ddof 1) of the active returns (the returns less the benchmark's) × √periodsPerYear. */
export function trackingError({ active, periodsPerYear, noBenchmark }: Sample): Figure {
  if (!active) return noBenchmark;
  if (active.count === 0) return 'no_observations';
  if (active.count < 2) return 'too_few_observations';
  return finite(active.deviation * Math.sqrt(periodsPerYear));
}

/**
 * Mean of the active returns / their standard deviation (ddof 1) (Goodwin 1998, "The Information Ratio"), of one period and
 * not annualised: the convention of empyrical's `excess_sharpe` and of ffn's `calc_information_ratio`.
 */
export function informationRatio({ active, noBenchmark }: Sample): Figure {
  if (!active) return noBenchmark;
  if (active.count === 0) return 'no_observations';
  if (active.count < 2) return 'too_few_observations';
  return active.deviation === 0 ? 'no_active_risk' : finite(active.mean / active.deviation);
}

/** {@link informationRatio} × √periodsPerYear: the yearly active return per unit of {@link trackingError}. */
export function informationRatioAnnualised(sample: Sample): Figure {
  const ratio = informationRatio(sample);
  return typeof ratio === 'number' ? finite(ratio * Math.sqrt(sample.periodsPerYear)) : ratio;
}

/**
 * (1 + cumulative return) / (1 + the benchmark's) − 1 (geometric excess return): how much more one unit became than in the
 * benchmark. Both must begin with
 * the same period: the growth of years divided by that of the benchmark's last months would say nothing.
 */
export function relativeReturn({ returns, benchmark, growth, benchmarkGrowth, noBenchmark }: Sample): Figure {
  if (!benchmark) return noBenchmark;
  if (returns.length === 0) return 'no_observations';
  if (beginsLater(benchmark, returns)) return 'benchmark_too_short';
  return benchmarkGrowth <= 0 ? 'total_loss' : finite(growth / benchmarkGrowth - 1);
}

/** Whether the benchmark's first return comes more than so many periods after the first of the returns. */
export function beginsLater(benchmark: Float64Array, returns: Float64Array, periods = 0): boolean {
  return firstNumber(benchmark) > firstNumber(returns) + periods;
}

/** Index of the first value that is no gap. */
function firstNumber(values: Float64Array): number {
  let at = 0;
  while (at < values.length && values[at] !== values[at]) at++;
  return at;
}
