import type { MarketSymbol, SessionDate } from '@freshet/market';
import type { Reason } from '../figure.ts';
import { type ReturnSeries, alignReturns } from '../metrics/by-period.ts';
import { type Metrics, allMetrics } from '../metrics/all-metrics.ts';
import { cumulativeReturns } from '../metrics/growth.ts';
import { rolling } from '../metrics/rolling.ts';
import type { SampleOptions } from '../metrics/sample.ts';

/** What portfolios are compared with unless another benchmark is chosen: the S&P 500. */
export const DEFAULT_BENCHMARK: MarketSymbol = '^GSPC';

/** A portfolio beside its benchmark, over the sessions that both have. */
export interface Comparison {
  sessions: SessionDate[];
  /** Cumulative returns, fractions. */
  own: Float64Array;
  benchmark: Float64Array;
  /** (1 + own) / (1 + benchmark) − 1 after each session. */
  relative: Float64Array;
  /** Every metric over these sessions; null when they have fewer than one in common. */
  metrics: Metrics;
  /** Of the window that ends at each of the last sessions; null where it says nothing. */
  rollingCorrelation: { window: number; sessions: SessionDate[]; values: (number | null)[] };
}

/**
 * Compares two series from their first common session to their last. A session that only one of them has is left out: its
 * return stands in no relation.
 *
 * @param window sessions of the rolling correlation (default 63, a quarter)
 */
export function compare(
  own: ReturnSeries,
  benchmark: ReturnSeries,
  options: SampleOptions = {},
  window = 63,
): Comparison | { reason: Reason } {
  const aligned = alignReturns(benchmark, own.sessions);
  const kept: number[] = [];
  for (let i = 0; i < aligned.length; i++) {
    if (aligned[i] === aligned[i] && own.returns[i] === own.returns[i]) kept.push(i);
  }
  if (kept.length === 0) return { reason: 'no_common_history' };
  const sessions = kept.map((i) => own.sessions[i]!);
  const ours = Float64Array.from(kept, (i) => own.returns[i]!);
  const theirs = Float64Array.from(kept, (i) => aligned[i]!);
  const grown = cumulativeReturns(ours);
  const other = cumulativeReturns(theirs);
  return {
    sessions,
    own: grown,
    benchmark: other,
    relative: grown.map((each, i) => (1 + each) / (1 + other[i]!) - 1),
    metrics: allMetrics(ours, theirs, options),
    rollingCorrelation: {
      window,
      sessions: sessions.slice(Math.max(0, window - 1)),
      values: rolling('correlation', window, ours, theirs, options),
    },
  };
}
