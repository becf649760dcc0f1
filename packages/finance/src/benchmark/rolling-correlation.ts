/**
 * Pearson's correlation of two series of returns over windows of `window` periods: the last window, and each that ends a
 * multiple of `every` periods before it, in chronological order. `at` is the index of a window's last period. Null if fewer
 * than half of the window's periods have both returns, or if one series never changes.
 *
 * A monthly curve over two years needs 21 windows. Calculating all 441 took a tenth of the time of measuring a portfolio.
 */
export function rollingCorrelation(
  window: number,
  a: Float64Array,
  b: Float64Array,
  every = 1,
): { at: number; value: number | null }[] {
  if (!(Number.isInteger(window) && window > 1)) throw new RangeError('the window must be a whole number above 1');
  if (!(Number.isInteger(every) && every > 0)) throw new RangeError('the step must be a positive whole number');
  const length = Math.min(a.length, b.length);
  const result: { at: number; value: number | null }[] = [];
  if (length < window) return result;
  for (let end = window + ((length - window) % every); end <= length; end += every)
    result.push({ at: end - 1, value: correlationOver(a, b, end - window, end) });
  return result;
}

/** A variance below this share of the squared returns is only rounding error. */
const NO_VARIANCE = 1e-12;

/** One pass is exact enough for returns, whose means are small compared to their deviations. */
function correlationOver(a: Float64Array, b: Float64Array, start: number, end: number): number | null {
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  let squaresA = 0;
  let squaresB = 0;
  let products = 0;
  for (let i = start; i < end; i++) {
    const x = a[i]!;
    const y = b[i]!;
    const both = x * y;
    // Infinities are gaps too: no return is infinite.
    if (!Number.isFinite(both)) continue;
    count++;
    sumA += x;
    sumB += y;
    squaresA += x * x;
    squaresB += y * y;
    products += both;
  }
  if (count * 2 < end - start) return null;
  const varianceA = squaresA - (sumA * sumA) / count;
  const varianceB = squaresB - (sumB * sumB) / count;
  if (!(varianceA > NO_VARIANCE * squaresA && varianceB > NO_VARIANCE * squaresB)) return null;
  const covariance = products - (sumA * sumB) / count;
  return Math.max(-1, Math.min(1, covariance / Math.sqrt(varianceA) / Math.sqrt(varianceB)));
}
