import type { SessionDate } from '@freshet/market';
import { type PeriodMetrics, metricsByPeriod } from '../metrics/by-period.ts';
import { type ReturnSeries, alignReturns } from '../metrics/return-series.ts';
import type { SampleOptions } from '../metrics/sample.ts';
import { sessionsFrom } from '../metrics/sessions.ts';
import { type HeldSeries, type ValueSeries, valueSeries } from './value-series.ts';

/** A portfolio's history: its value at each close, its time-weighted returns, and its metrics for every period. */
export interface PortfolioHistory {
  series: ValueSeries;
  metrics: PeriodMetrics[];
}

/** The whole recalculation of one portfolio's history from price arrays: pure arithmetic, no I/O. */
export function recalculatePortfolio(
  sessions: readonly SessionDate[],
  held: readonly HeldSeries[],
  benchmark: ReturnSeries | null = null,
  options: SampleOptions = {},
): PortfolioHistory {
  const series = sinceFirstValue(valueSeries(sessions, held));
  const other = benchmark && benchmarkAt(series, benchmark);
  return { series, metrics: metricsByPeriod(series, other, options) };
}

/** The benchmark's returns at the portfolio's sessions; portfolios on one calendar share the array. */
function benchmarkAt(series: ValueSeries, benchmark: ReturnSeries): Float64Array {
  return alignReturns(benchmark, series.sessions);
}

/** Without the sessions before the portfolio held anything of known value: history begins with its first value. */
export function sinceFirstValue(series: ValueSeries): ValueSeries {
  const { values, flows, valueSessions, returns } = series;
  let first = 0;
  while (first < values.length && values[first] === 0) first++;
  if (first === 0) return series;
  const kept = sessionsFrom(valueSessions, first);
  return {
    ...series,
    base: kept[0] ?? null,
    sessions: sessionsFrom(kept, 1),
    valueSessions: kept,
    values: values.subarray(first),
    flows: flows.subarray(first),
    returns: returns.subarray(first),
  };
}
