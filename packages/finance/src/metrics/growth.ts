import { type Figure, finite } from '../figure.ts';
import type { Sample } from './sample.ts';

/** What one unit became: Π(1 + r), gaps standing still. NaN without any period. */
export function growth(returns: Float64Array): number {
  if (returns.length === 0) return Number.NaN;
  let product = 1;
  for (let i = 0; i < returns.length; i++) {
    const value = returns[i]!;
    if (value === value) product *= 1 + value;
  }
  return product;
}

/** Π(1 + r) − 1, as a fraction. */
export function cumulativeReturn(sample: Sample): Figure {
  return sample.returns.length === 0 ? 'no_observations' : finite(sample.growth - 1);
}

/**
 * The yearly rate that compounds to the cumulative return: Π(1 + r)^(periodsPerYear / periods) − 1 (CAGR over the number of
 * periods, as empyrical's `annual_return`). Periods without a return count as periods.
 */
export function annualisedReturn(sample: Sample): Figure {
  return annualisedGrowth(sample.growth, sample.returns.length, sample.periodsPerYear);
}

/** The yearly rate that makes of one unit what it became in so many periods. */
export function annualisedGrowth(end: number, periods: number, periodsPerYear: number): Figure {
  if (periods === 0) return 'no_observations';
  return end < 0 ? 'total_loss' : finite(end ** (periodsPerYear / periods) - 1);
}

/** The cumulative return after each period, as fractions; with `start`, the value that `start` has become. */
export function cumulativeReturns(returns: Float64Array, start = 0): Float64Array {
  const result = new Float64Array(returns.length);
  let product = 1;
  for (let i = 0; i < returns.length; i++) {
    const value = returns[i]!;
    if (value === value) product *= 1 + value;
    result[i] = start === 0 ? product - 1 : product * start;
  }
  return result;
}

/**
 * Compound annual growth over calendar time: (1 + cumulative)^(365.25 / days) − 1, where `from` is the date of the value
 * before the first return (convention of ffn's `calc_cagr`). Dates are `YYYY-MM-DD`.
 */
export function growthPerCalendarYear(returns: Float64Array, from: string, to: string): Figure {
  if (returns.length === 0) return 'no_observations';
  const days = (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;
  if (!(days > 0)) return 'too_few_observations';
  const end = growth(returns);
  return end < 0 ? 'total_loss' : finite(end ** (365.25 / days) - 1);
}
