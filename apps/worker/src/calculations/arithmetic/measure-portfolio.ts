import { cumulativeReturns, recalculatePortfolio, type ValueSeries } from '@freshet/finance';
import type { CalculatedPortfolio, HeldFrom, MetricsToWrite, SeriesRow } from '@freshet/store';
import { comparisonRow } from './comparison.ts';
import { everHeld, firstDayHeld, heldSeries } from './held-series.ts';
import type { MarketData } from './market-data.ts';
import { metricRows } from './metric-rows.ts';

/** A portfolio's history: its values at each close with flows and growth, and its metrics. */
export function measurePortfolio(
  portfolio: CalculatedPortfolio,
  changes: readonly HeldFrom[],
  data: MarketData,
): { series: Omit<SeriesRow, 'inputs'>; metrics: MetricsToWrite[] } {
  const { id, benchmark, currency } = portfolio;
  // However far the benchmark's bars reach back, the portfolio's own history is all of it.
  const on = data.on(benchmark, everHeld(changes), firstDayHeld(changes, data));
  if (!on || changes.length === 0) {
    const reason = changes.length === 0 ? 'nothing_held' : 'no_price';
    return { series: { portfolioId: id, ...NO_SERIES }, metrics: metricRows(id, [], reason) };
  }
  const other = on.returns(benchmark, currency);
  const noBenchmark = on.whyNoReturns(benchmark);
  const { series, metrics } = recalculatePortfolio(on.axis.sessions, heldSeries(changes, currency, data, on), other, {
    periodsPerYear: on.axis.periodsPerYear,
    noBenchmark,
  });
  const first = on.axis.days.length - series.values.length;
  return {
    series: {
      portfolioId: id,
      days: on.axis.days.subarray(first),
      values: series.values,
      flows: series.flows,
      growth: growthOf(series),
    },
    metrics: [
      ...metricRows(id, metrics, 'no_observations'),
      comparisonRow(id, benchmark, series, other ?? noBenchmark, metrics),
    ],
  };
}

const EMPTY = new Float64Array();
const NO_SERIES = { days: new Int32Array(), values: EMPTY, flows: EMPTY, growth: EMPTY };

/** Time-weighted growth at each value, 1 at the first. */
function growthOf({ returns, values }: ValueSeries): Float64Array {
  const growth = new Float64Array(values.length);
  if (growth.length > 0) growth[0] = 1;
  growth.set(cumulativeReturns(returns, 1), Math.min(1, growth.length));
  return growth;
}
