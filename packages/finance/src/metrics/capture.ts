import { type Figure, finite } from '../figure.ts';
import { annualisedGrowth } from './growth.ts';
import { beginsLater } from './relative.ts';
import type { Sample } from './sample.ts';

/**
 * Annualised return / the benchmark's, over the periods in which the benchmark rose. 1 moves with it, above 1 rises more.
 * (Morningstar's up capture ratio, annualised as empyrical does.)
 */
export function upCapture(sample: Sample): Figure {
  return captureOf(sample, 'up');
}

/** {@link upCapture} over the periods in which the benchmark fell: below 1 loses less than it. */
export function downCapture(sample: Sample): Figure {
  return captureOf(sample, 'down');
}

/** Up capture / down capture: above 1 is more of the rises than of the falls. */
export function upDownCapture(sample: Sample): Figure {
  const up = upCapture(sample);
  if (typeof up !== 'number') return up;
  const down = downCapture(sample);
  if (typeof down !== 'number') return down;
  return down === 0 ? 'zero_variance' : finite(up / down);
}

/**
 * Annualised return / the benchmark's over all periods, as empyrical's `capture`. Both must begin together, but for the
 * one return that a series of changes has not: empyrical compares over it.
 */
export function capture({ returns, benchmark, growth, benchmarkGrowth, periodsPerYear, noBenchmark }: Sample): Figure {
  if (!benchmark) return noBenchmark;
  if (beginsLater(benchmark, returns, 1)) return 'benchmark_too_short';
  return ratio(growth, benchmarkGrowth, returns.length, periodsPerYear);
}

/** What one unit became over some of the periods, and what it became in the benchmark. */
interface Growths {
  own: number;
  other: number;
  periods: number;
}

/** Over the periods in which the benchmark rose, and over those in which it fell. */
export interface Captured {
  up: Growths;
  down: Growths;
}

/** Lengths must be equal, or the benchmark's 0. */
export function capturedBy(returns: Float64Array, benchmark: Float64Array): Captured {
  const up = { own: 1, other: 1, periods: 0 };
  const down = { own: 1, other: 1, periods: 0 };
  for (let i = 0; i < benchmark.length; i++) {
    const theirs = benchmark[i]!;
    // Neither where it stood still, nor where it has no return.
    if (!(theirs > 0) && !(theirs < 0)) continue;
    const part = theirs > 0 ? up : down;
    part.periods++;
    part.other *= 1 + theirs;
    const ours = returns[i]!;
    if (ours === ours) part.own *= 1 + ours;
  }
  return { up, down };
}

function captureOf({ benchmark, captured, periodsPerYear, noBenchmark }: Sample, direction: keyof Captured): Figure {
  if (!benchmark) return noBenchmark;
  const { own, other, periods } = captured[direction];
  if (periods === 0 && benchmark.length > 0) return `no_${direction}_periods`;
  return ratio(own, other, periods, periodsPerYear);
}

function ratio(own: number, other: number, periods: number, periodsPerYear: number): Figure {
  const numerator = annualisedGrowth(own, periods, periodsPerYear);
  if (typeof numerator !== 'number') return numerator;
  const denominator = annualisedGrowth(other, periods, periodsPerYear);
  if (typeof denominator !== 'number') return denominator;
  return denominator === 0 ? 'flat_benchmark' : finite(numerator / denominator);
}
