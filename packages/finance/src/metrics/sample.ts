import type { Reason } from '../figure.ts';
import { lowest } from '../numeric/lowest.ts';
import { type JointMoments, type Moments, jointMoments, moments } from '../numeric/moments.ts';
import { type Captured, capturedBy } from './capture.ts';
import { type Drawdown, deepestDrawdown } from './drawdown.ts';
import { growth } from './growth.ts';
import { semideviation } from './risk.ts';

/** How returns are annualised and what they are held against. */
export interface SampleOptions {
  /** 252 for trading days (default), 365 for crypto, 52 for weeks, 12 for months. */
  periodsPerYear?: number;
  /** Risk-free return of one period, as a fraction (default 0). {@link perPeriod} makes it of an annual rate. */
  riskFree?: number;
  /** Tail share of VaR and CVaR (default 0.05). */
  cutoff?: number;
  /** What metrics that compare with a benchmark say without one (default `no_benchmark`). */
  noBenchmark?: Reason;
}

/** Simple returns of equal periods, with what several metrics need of them worked out once. */
export class Sample {
  /** NaN is a period without a return: it counts as a period in annualising, and nowhere else. */
  readonly returns: Float64Array;
  /** The benchmark's returns of the same periods, or null. */
  readonly benchmark: Float64Array | null;
  readonly periodsPerYear: number;
  readonly riskFree: number;
  readonly cutoff: number;
  readonly noBenchmark: Reason;
  readonly moments: Moments;
  /** Of returns (A) and benchmark (B); null without a benchmark. */
  readonly joint: JointMoments | null;
  /** Of the returns less the benchmark's; null without a benchmark. */
  readonly active: Moments | null;
  #differences: Float64Array | null;
  #drawdown: Drawdown | null | undefined;
  #tail: Float64Array | undefined;
  #growth: number | undefined;
  #benchmarkGrowth: number | undefined;
  #semideviation: number | undefined;
  #captured: Captured | undefined;

  constructor(
    returns: Float64Array,
    benchmark: Float64Array | null,
    differences: Float64Array | null,
    { periodsPerYear, riskFree, cutoff, noBenchmark }: Required<SampleOptions>,
  ) {
    this.returns = returns;
    this.benchmark = benchmark;
    this.#differences = differences;
    this.periodsPerYear = periodsPerYear;
    this.riskFree = riskFree;
    this.cutoff = cutoff;
    this.noBenchmark = noBenchmark;
    this.moments = moments(returns);
    this.joint = benchmark && jointMoments(returns, benchmark);
    this.active = differences && moments(differences);
  }

  /** The sample of its periods [start, end). */
  within(start: number, end: number): Sample {
    if (start === 0 && end === this.returns.length) return this;
    const { benchmark } = this;
    return new Sample(
      this.returns.subarray(start, end),
      benchmark && benchmark.subarray(start, end),
      this.#differences && this.#differences.subarray(start, end),
      this,
    );
  }

  /** Π(1 + r); NaN without any period. */
  get growth(): number {
    return (this.#growth ??= growth(this.returns));
  }

  get benchmarkGrowth(): number {
    return (this.#benchmarkGrowth ??= this.benchmark ? growth(this.benchmark) : Number.NaN);
  }

  /** Null without returns. */
  get drawdown(): Drawdown | null {
    if (this.#drawdown === undefined) this.#drawdown = deepestDrawdown(this.returns);
    return this.#drawdown;
  }

  /** The lowest ⌊(n − 1) · cutoff⌋ + 2 returns, ascending: all that is asked of the tail. */
  get tail(): Float64Array {
    return (this.#tail ??= lowest(this.returns, Math.floor((this.moments.count - 1) * this.cutoff) + 2));
  }

  /** Below the risk-free return of a period; NaN without returns. */
  get semideviation(): number {
    return (this.#semideviation ??= semideviation(this.returns, this.riskFree));
  }

  /** Growth over the periods in which the benchmark rose, and over those in which it fell. */
  get captured(): Captured {
    return (this.#captured ??= capturedBy(this.returns, this.benchmark ?? NONE));
  }
}

const NONE = new Float64Array();

/**
 * Prepares returns for measuring.
 *
 * @throws RangeError when the benchmark has another length, or an option is not a finite number in its range
 */
export function sampleOf(
  returns: Float64Array | readonly number[],
  benchmark: Float64Array | readonly number[] | null = null,
  { periodsPerYear = 252, riskFree = 0, cutoff = 0.05, noBenchmark = 'no_benchmark' }: SampleOptions = {},
): Sample {
  if (!(periodsPerYear > 0 && Number.isFinite(periodsPerYear))) throw new RangeError('periodsPerYear must be positive');
  if (!Number.isFinite(riskFree)) throw new RangeError('riskFree must be a finite number');
  if (!(cutoff >= 0 && cutoff <= 1)) throw new RangeError('cutoff must lie between 0 and 1');
  const own = finiteOrGap(returns);
  const other = benchmark && finiteOrGap(benchmark);
  if (other && other.length !== own.length) throw new RangeError('returns and benchmark must cover the same periods');
  return new Sample(own, other, other && difference(own, other), { periodsPerYear, riskFree, cutoff, noBenchmark });
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
