import { type Figure, finite } from '../figure.ts';
import { annualisedGrowth, growth } from './growth.ts';
import type { Sample } from './sample.ts';

/**
 * Annualised return / the benchmark's, over the periods in which the benchmark rose. 1 moves with it, above 1 rises more.
 * (Morningstar's up capture ratio, annualised as empyrical does.)
 */
export function upCapture(sample: Sample): Figure {
  return captureOf(sample, 1);
}

/** {@link upCapture} over the periods in which the benchmark fell: below 1 loses less than it. */
export function downCapture(sample: Sample): Figure {
  return captureOf(sample, -1);
}

/** Up capture / down capture: above 1 is more of the rises than of the falls. */
export function upDownCapture(sample: Sample): Figure {
  const up = upCapture(sample);
  if (typeof up !== 'number') return up;
  const down = downCapture(sample);
  if (typeof down !== 'number') return down;
  return down === 0 ? 'zero_variance' : finite(up / down);
}

/** Annualised return / the benchmark's over all periods. */
export function capture({ returns, benchmark, periodsPerYear }: Sample): Figure {
  if (!benchmark) return 'no_benchmark';
  return ratio(growth(returns), growth(benchmark), returns.length, periodsPerYear);
}

function captureOf({ returns, benchmark, periodsPerYear }: Sample, direction: 1 | -1): Figure {
  if (!benchmark) return 'no_benchmark';
  let own = 1;
  let other = 1;
  let count = 0;
  for (let i = 0; i < benchmark.length; i++) {
    const theirs = benchmark[i]!;
    if (!(theirs * direction > 0)) continue;
    count++;
    other *= 1 + theirs;
    const ours = returns[i]!;
    if (ours === ours) own *= 1 + ours;
  }
  if (count === 0 && benchmark.length > 0) return direction > 0 ? 'no_up_periods' : 'no_down_periods';
  return ratio(own, other, count, periodsPerYear);
}

function ratio(own: number, other: number, periods: number, periodsPerYear: number): Figure {
  const numerator = annualisedGrowth(own, periods, periodsPerYear);
  if (typeof numerator !== 'number') return numerator;
  const denominator = annualisedGrowth(other, periods, periodsPerYear);
  if (typeof denominator !== 'number') return denominator;
  return denominator === 0 ? 'flat_benchmark' : finite(numerator / denominator);
}
