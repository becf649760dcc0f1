import { type JointMoments, type Moments, jointMoments, moments } from '../numeric/moments.ts';

/** How returns are annualised and what they are held against. */
export interface SampleOptions {
  /** 252 for trading days (default), 365 for crypto, 52 for weeks, 12 for months. */
  periodsPerYear?: number;
  /** Risk-free return of one period, as a fraction (default 0). {@link perPeriod} makes it of an annual rate. */
  riskFree?: number;
  /** Tail share of VaR and CVaR (default 0.05). */
  cutoff?: number;
}

/** Simple returns of equal periods, with what several metrics need of them computed once. */
export interface Sample {
  /** NaN is a period without a return: it counts as a period in annualising, and nowhere else. */
  returns: Float64Array;
  /** The benchmark's returns of the same periods, or null. */
  benchmark: Float64Array | null;
  periodsPerYear: number;
  riskFree: number;
  cutoff: number;
  moments: Moments;
  /** Of returns (A) and benchmark (B); null without a benchmark. */
  joint: JointMoments | null;
  /** Of the returns less the benchmark's; null without a benchmark. */
  active: Moments | null;
}

/**
 * Prepares returns for measuring.
 *
 * @throws RangeError when the benchmark has another length, or an option is not a finite number in its range
 */
export function sampleOf(
  returns: Float64Array | readonly number[],
  benchmark: Float64Array | readonly number[] | null = null,
  { periodsPerYear = 252, riskFree = 0, cutoff = 0.05 }: SampleOptions = {},
): Sample {
  if (!(periodsPerYear > 0 && Number.isFinite(periodsPerYear))) throw new RangeError('periodsPerYear must be positive');
  if (!Number.isFinite(riskFree)) throw new RangeError('riskFree must be a finite number');
  if (!(cutoff >= 0 && cutoff <= 1)) throw new RangeError('cutoff must lie between 0 and 1');
  const own = finiteOrGap(returns);
  const other = benchmark && finiteOrGap(benchmark);
  if (other && other.length !== own.length) throw new RangeError('returns and benchmark must cover the same periods');
  return {
    returns: own,
    benchmark: other,
    periodsPerYear,
    riskFree,
    cutoff,
    moments: moments(own),
    joint: other && jointMoments(own, other),
    active: other && moments(difference(own, other)),
  };
}

/** The rate of one period whose compounding gives the annual rate: (1 + r)^(1/n) − 1. */
export function perPeriod(annualRate: number, periodsPerYear: number): number {
  return (1 + annualRate) ** (1 / periodsPerYear) - 1;
}

/** Infinities are gaps too: no return is infinite. Typed arrays without any are used as they are, not copied. */
function finiteOrGap(values: Float64Array | readonly number[]): Float64Array {
  const typed = values instanceof Float64Array ? values : Float64Array.from(values);
  for (let i = 0; i < typed.length; i++) {
    const value = typed[i]!;
    if (value === Infinity || value === -Infinity) {
      return typed.map((each) => (Number.isFinite(each) ? each : Number.NaN));
    }
  }
  return typed;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) result[i] = a[i]! - b[i]!;
  return result;
}
