/** What the returns of a series amount to: how many there are, their mean, and their sample standard deviation. */
export interface Moments {
  /** Values that are numbers; gaps (NaN) are not counted. */
  count: number;
  /** NaN without any value. */
  mean: number;
  /** Divided by count − 1; exactly 0 for a series that never changes; NaN below two values. */
  deviation: number;
}

/**
 * Deviations smaller than this share of the values themselves are the rounding of a constant series: 0.01 nine times
 * has a float deviation of about 1e-18, and a ratio over it would be a large meaningless number.
 */
export const FLAT = 1e-13;

/**
 * Mean and sample standard deviation in two passes, with the correction for the rounding of the mean (Chan, Golub and
 * LeVeque 1983, "Algorithms for computing the sample variance", eq. 1.7). Gaps (NaN) are skipped.
 */
export function moments(values: Float64Array): Moments {
  let count = 0;
  let sum = 0;
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value !== value) continue;
    count++;
    sum += value;
    const size = value < 0 ? -value : value;
    if (size > largest) largest = size;
  }
  if (count === 0) return { count, mean: Number.NaN, deviation: Number.NaN };
  const mean = sum / count;
  if (count === 1) return { count, mean, deviation: Number.NaN };
  let squares = 0;
  let rest = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value !== value) continue;
    const off = value - mean;
    squares += off * off;
    rest += off;
  }
  const deviation = Math.sqrt(Math.max(0, squares - (rest * rest) / count) / (count - 1));
  return { count, mean, deviation: deviation <= FLAT * largest ? 0 : deviation };
}

/** What two series have in common. */
export interface JointMoments {
  /** Periods in which both have a value. */
  count: number;
  meanA: number;
  meanB: number;
  /** Divided by count (not count − 1): ratios of them are all that is asked for. */
  varianceA: number;
  varianceB: number;
  covariance: number;
  /** True when a series never changes beyond rounding. */
  flatA: boolean;
  flatB: boolean;
}

/** Joint second moments over the periods in which both series have a value, in two passes. Lengths must be equal. */
export function jointMoments(a: Float64Array, b: Float64Array): JointMoments {
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  let largestA = 0;
  let largestB = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (x !== x || y !== y) continue;
    count++;
    sumA += x;
    sumB += y;
    const sizeA = x < 0 ? -x : x;
    const sizeB = y < 0 ? -y : y;
    if (sizeA > largestA) largestA = sizeA;
    if (sizeB > largestB) largestB = sizeB;
  }
  const meanA = sumA / count;
  const meanB = sumB / count;
  let varianceA = 0;
  let varianceB = 0;
  let covariance = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (x !== x || y !== y) continue;
    const offA = x - meanA;
    const offB = y - meanB;
    varianceA += offA * offA;
    varianceB += offB * offB;
    covariance += offA * offB;
  }
  varianceA /= count;
  varianceB /= count;
  covariance /= count;
  const flatA = !(Math.sqrt(varianceA) > FLAT * largestA);
  const flatB = !(Math.sqrt(varianceB) > FLAT * largestB);
  return { count, meanA, meanB, varianceA, varianceB, covariance, flatA, flatB };
}
