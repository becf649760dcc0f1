import type { Reason } from '../figure.ts';
import { figureOf, METRIC_NAMES, type MetricName } from './catalogue.ts';
import { type Sample, type SampleOptions, sampleOf } from './sample.ts';

/** Every metric of one stretch of returns; where a value is null, `reasons` says why. */
export interface Metrics {
  values: Record<MetricName, number | null>;
  reasons: Partial<Record<MetricName, Reason>>;
  /** Returns that are numbers, and periods without one. */
  observations: number;
  gaps: number;
}

/**
 * Every metric of the catalogue over one stretch of returns.
 *
 * @param returns simple returns of equal periods as fractions; NaN is a gap
 * @param benchmark the benchmark's returns of the same periods
 */
export function allMetrics(
  returns: Float64Array | readonly number[],
  benchmark: Float64Array | readonly number[] | null = null,
  options: SampleOptions = {},
): Metrics {
  return measureAll(sampleOf(returns, benchmark, options));
}

/** {@link allMetrics} of a prepared sample. */
export function measureAll(sample: Sample): Metrics {
  const values = {} as Record<MetricName, number | null>;
  const reasons: Partial<Record<MetricName, Reason>> = {};
  for (const name of METRIC_NAMES) {
    const figure = figureOf(name, sample);
    if (typeof figure === 'number') values[name] = figure === 0 ? 0 : figure;
    else {
      values[name] = null;
      reasons[name] = figure;
    }
  }
  const observations = sample.moments.count;
  return { values, reasons, observations, gaps: sample.returns.length - observations };
}
