import type { SessionDate } from '@freshet/market';
import type { Reason } from '../figure.ts';
import { figureOf, METRIC_NAMES, type MetricName } from './catalogue.ts';
import { type Drawdown, deepestDrawdown } from './drawdown.ts';
import { type Sample, type SampleOptions, sampleOf } from './sample.ts';

/** Every metric of one stretch of returns; where a value is null, `reasons` says why. */
export interface Metrics {
  values: Record<MetricName, number | null>;
  reasons: Partial<Record<MetricName, Reason>>;
  /** Returns that are numbers, and periods without one. */
  observations: number;
  gaps: number;
}

/** When the value was highest before its deepest fall, when lowest, and when it was back; sessions. */
export interface DrawdownDates {
  /** Null when the high is the value before the first return, and its date isn't known. */
  peak: SessionDate | null;
  trough: SessionDate;
  /** Null while it has not recovered. */
  recovery: SessionDate | null;
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

/**
 * The dates of the maximum drawdown, or null when the value never fell.
 *
 * @param sessions the session at whose close each return ends
 * @param base the session of the value before the first return
 */
export function drawdownDates(
  returns: Float64Array,
  sessions: readonly SessionDate[],
  base: SessionDate | null = null,
): DrawdownDates | null {
  return datesOf(deepestDrawdown(returns), sessions, base);
}

/** The dates of a drawdown of returns that begin at `sessions[start]`. */
export function datesOf(
  deepest: Drawdown | null,
  sessions: readonly SessionDate[],
  base: SessionDate | null,
  start = 0,
): DrawdownDates | null {
  if (!deepest || deepest.trough < 0) return null;
  const { peak, trough, recovery } = deepest;
  return {
    peak: peak < 0 ? base : sessions[start + peak]!,
    trough: sessions[start + trough]!,
    recovery: recovery === null ? null : sessions[start + recovery]!,
  };
}
