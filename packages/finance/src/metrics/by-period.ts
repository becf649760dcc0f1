import type { SessionDate } from '@freshet/market';
import type { Reason } from '../figure.ts';
import { type Metrics, measureAll } from './all-metrics.ts';
import { METRIC_NAMES, type MetricName } from './catalogue.ts';
import { type DrawdownDates, datesOf } from './drawdown-dates.ts';
import { type Period, periodsOf } from './periods.ts';
import type { ReturnSeries } from './return-series.ts';
import { type Sample, type SampleOptions, sampleOf } from './sample.ts';

/** The metrics of one period of a series. */
export interface PeriodMetrics extends Metrics {
  name: string;
  from: SessionDate;
  to: SessionDate;
  /** False for the year to date and for calendar years that the history covers in part. */
  complete: boolean;
  drawdown: DrawdownDates | null;
}

/** Periods of a fixed length mean nothing when half of them is missing; parts of calendar years are what they say. */
const FIXED_LENGTH = new Set(['1m', '3m', '1y']);

/**
 * Every metric for 1m, 3m, ytd, 1y, all and each calendar year of the series. A period of fixed length that begins before
 * the history does has null for every metric, with `history_too_short`.
 *
 * @param benchmark the benchmark's returns of the same sessions ({@link alignReturns} makes them)
 */
export function metricsByPeriod(
  series: ReturnSeries,
  benchmark: Float64Array | null = null,
  options: SampleOptions = {},
): PeriodMetrics[] {
  const whole = sampleOf(series.returns, benchmark, options);
  const periods = periodsOf(series.sessions, series.base);
  const measured: PeriodMetrics[] = [];
  for (const period of periods) {
    const { name, from, to, complete } = period;
    const figures = isTooShort(period)
      ? { ...unmeasured('history_too_short'), drawdown: null }
      : (measuredBefore(period, periods, measured) ?? figuresOf(whole, series, period));
    measured.push({ ...figures, name, from, to, complete });
  }
  return measured;
}

type Figures = Omit<PeriodMetrics, 'name' | 'from' | 'to' | 'complete'>;

/** The year to date is the calendar year as far as it has come. */
function measuredBefore(
  { start, end }: Period,
  periods: readonly Period[],
  measured: readonly PeriodMetrics[],
): PeriodMetrics | null {
  for (let i = 0; i < measured.length; i++) {
    const other = periods[i]!;
    if (other.start === start && other.end === end && !isTooShort(other)) return measured[i]!;
  }
  return null;
}

const isTooShort = ({ name, complete }: Period): boolean => !complete && FIXED_LENGTH.has(name);

function figuresOf(whole: Sample, { sessions, base }: ReturnSeries, { start, end }: Period): Figures {
  const sample = whole.within(start, end);
  const before = start === 0 ? base : sessions[start - 1]!;
  return { ...measureAll(sample), drawdown: datesOf(sample.drawdown, sessions, before, start) };
}

/** Null for every metric, for one reason. */
export function unmeasured(reason: Reason): Metrics {
  const values = {} as Record<MetricName, number | null>;
  const reasons: Partial<Record<MetricName, Reason>> = {};
  for (const name of METRIC_NAMES) {
    values[name] = null;
    reasons[name] = reason;
  }
  return { values, reasons, observations: 0, gaps: 0 };
}
