/**
 * Pearson's correlation of two series of returns over windows of so many periods: the last window, and those that end `every`
 * periods before it once, twice and so on, in the order of time; each with the period that it ends at. Null where fewer than half of
 * the window's periods have both returns, or one of them never changes. A curve of a point a month over two years has 21 of
 * them: worked out for each of 441 days, of which the others were left out, it took a tenth of measuring a portfolio.
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

/** Relative to the size of the returns: less than this is what rounding leaves of no variance at all. */
const NO_VARIANCE = 1e-12;

/** In one pass, which is exact enough where means are small beside deviations, as those of returns are. */
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
