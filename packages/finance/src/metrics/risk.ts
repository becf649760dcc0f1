import { type Figure, finite } from '../figure.ts';
import type { Sample } from './sample.ts';

/** Volatility: sample standard deviation (ddof 1) of the returns × √periodsPerYear, as a fraction per year. */
export function volatility({ moments, periodsPerYear }: Sample): Figure {
  if (moments.count === 0) return 'no_observations';
  if (moments.count < 2) return 'too_few_observations';
  return finite(moments.deviation * Math.sqrt(periodsPerYear));
}

/**
 * √(mean of min(r − required, 0)²) × √periodsPerYear over all returns, also those above the requirement (target semideviation,
 * Sortino and van der Meer 1991). The requirement of a period is its risk-free return.
 */
export function downsideDeviation({ semideviation, moments, periodsPerYear }: Sample): Figure {
  return moments.count === 0 ? 'no_observations' : finite(semideviation * Math.sqrt(periodsPerYear));
}

/** Target semideviation of one period: √(mean of min(r − required, 0)²) over all returns; NaN without any. */
export function semideviation(returns: Float64Array, required: number): number {
  let count = 0;
  let squares = 0;
  for (let i = 0; i < returns.length; i++) {
    const over = returns[i]! - required;
    if (over !== over) continue;
    count++;
    if (over < 0) squares += over * over;
  }
  return Math.sqrt(squares / count);
}
