import { alignReturns, type PeriodMetrics, type Reason, type ReturnSeries, rollingCorrelation } from '@freshet/finance';
import type { MarketSymbol } from '@freshet/market';
import type { MetricsToWrite } from '@freshet/store';

/** Sessions of a quarter. */
const WINDOW = 63;
/** Sessions of a month: one point a month, counted back from the last session, gives 21 points over two years. */
const EVERY = 21;

/**
 * The comparison with the benchmark: both returns over the whole history, the relative return, and the rolling correlation.
 *
 * @param other the benchmark's returns, or why there are none
 */
export function comparisonRow(
  subject: string,
  benchmark: MarketSymbol,
  own: ReturnSeries,
  other: ReturnSeries | Reason,
  periods: readonly PeriodMetrics[],
): MetricsToWrite {
  const all = periods.find(({ name }) => name === 'all');
  const row = (values: object): MetricsToWrite => ({
    subject,
    period: 'comparison',
    values: JSON.stringify({ benchmark, ...values }),
  });
  if (typeof other === 'string') return row({ reason: other });
  if (!all) return row({ reason: 'no_observations' });
  const { values, reasons } = all;
  const own_return = values.cumulative_return;
  const relative = values.relative_return;
  return row({
    from: all.from,
    to: all.to,
    own_return,
    benchmark_return: own_return === null || relative === null ? null : (1 + own_return) / (1 + relative) - 1,
    relative_return: relative,
    beta: values.beta,
    alpha: values.alpha,
    correlation: values.correlation,
    // Why a figure is null; JSON leaves out those that aren't.
    reasons: {
      own_return: reasons.cumulative_return,
      benchmark_return: reasons.relative_return,
      relative_return: reasons.relative_return,
      beta: reasons.beta,
      alpha: reasons.alpha,
      correlation: reasons.correlation,
    },
    rolling_correlation: rolled(own, other),
  });
}

function rolled(own: ReturnSeries, other: ReturnSeries): object {
  const correlations = rollingCorrelation(WINDOW, own.returns, alignReturns(other, own.sessions), EVERY);
  return {
    window: WINDOW,
    sessions: correlations.map(({ at }) => own.sessions[at]),
    values: correlations.map(({ value }) => (value === null ? null : Math.round(value * 1e6) / 1e6)),
  };
}
