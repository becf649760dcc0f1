/**
 * Pearson's correlation of two series of returns over a window that moves by one period: the first value is that of periods
 * 0..window−1. Null where fewer than half of the window's periods have both returns, or one of them never changes.
 *
 * Sums are carried along rather than computed anew, and computed anew every few windows, so that what rounding leaves
 * doesn't add up, and where so little is left of them that it could be no more than that (a price that stopped moving): two years of days take some microseconds where {@link rolling} takes a millisecond.
 */
export function rollingCorrelation(window: number, a: Float64Array, b: Float64Array): (number | null)[] {
  if (!(Number.isInteger(window) && window > 1)) throw new RangeError('the window must be a whole number above 1');
  const length = Math.min(a.length, b.length);
  const result: (number | null)[] = [];
  const afresh = (end: number): Sums => {
    const sums = new Sums();
    for (let i = end - window; i < end; i++) sums.add(a[i]!, b[i]!, 1);
    return sums;
  };
  let sums = new Sums();
  for (let end = window; end <= length; end++) {
    if ((end - window) % AFRESH === 0) sums = afresh(end);
    else {
      sums.add(a[end - 1]!, b[end - 1]!, 1);
      sums.add(a[end - window - 1]!, b[end - window - 1]!, -1);
      if (sums.isBlurred()) sums = afresh(end);
    }
    result.push(sums.count * 2 < window ? null : sums.correlation());
  }
  return result;
}

const AFRESH = 64;
/** Relative to the size of the returns: less than this is what rounding leaves of no variance at all. */
const NO_VARIANCE = 1e-12;
/** Relative to the largest sum that was carried along: less than this is too near to what rounding has left. */
const BLURRED = 1e-9;

class Sums {
  count = 0;
  #a = 0;
  #b = 0;
  #aa = 0;
  #bb = 0;
  #ab = 0;
  #largestA = 0;
  #largestB = 0;

  add(a: number, b: number, sign: 1 | -1): void {
    if (!(Number.isFinite(a) && Number.isFinite(b))) return;
    this.count += sign;
    this.#a += sign * a;
    this.#b += sign * b;
    this.#aa += sign * a * a;
    this.#bb += sign * b * b;
    this.#ab += sign * a * b;
    if (this.#aa > this.#largestA) this.#largestA = this.#aa;
    if (this.#bb > this.#largestB) this.#largestB = this.#bb;
  }

  isBlurred(): boolean {
    const [varianceA, varianceB] = this.#variances();
    return varianceA <= BLURRED * this.#largestA || varianceB <= BLURRED * this.#largestB;
  }

  #variances(): [number, number] {
    return [this.#aa - (this.#a * this.#a) / this.count, this.#bb - (this.#b * this.#b) / this.count];
  }

  correlation(): number | null {
    const [varianceA, varianceB] = this.#variances();
    if (varianceA <= NO_VARIANCE * this.#aa || varianceB <= NO_VARIANCE * this.#bb) return null;
    const covariance = this.#ab - (this.#a * this.#b) / this.count;
    return Math.max(-1, Math.min(1, covariance / Math.sqrt(varianceA) / Math.sqrt(varianceB)));
  }
}
