import { figureOf, type MetricName } from './catalogue.ts';
import { type SampleOptions, sampleOf } from './sample.ts';

/**
 * A metric over a window that moves by one period: the first value is that of periods 0..window−1. Empty when the series
 * is shorter than the window; null where a window has no value.
 *
 * @throws RangeError for a window that is not a positive whole number
 */
export function rolling(
  metric: MetricName,
  window: number,
  returns: Float64Array,
  benchmark: Float64Array | null = null,
  options: SampleOptions = {},
): (number | null)[] {
  if (!(Number.isInteger(window) && window > 0)) throw new RangeError('the window must be a positive whole number');
  const result: (number | null)[] = [];
  for (let end = window; end <= returns.length; end++) {
    const own = returns.subarray(end - window, end);
    const other = benchmark && benchmark.subarray(end - window, end);
    const figure = figureOf(metric, sampleOf(own, other, options));
    result.push(typeof figure === 'number' ? figure : null);
  }
  return result;
}
