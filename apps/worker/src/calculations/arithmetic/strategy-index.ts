import { alignReturns, type indexSeries, type IndexWeights, metricsByPeriod, returnsOfPrices } from '@freshet/finance';
import { DEFAULT_BENCHMARK, type MarketSymbol, type SessionDate } from '@freshet/market';
import type { MetricsToWrite, StrategyToRun } from '@freshet/store';
import { comparisonRow } from './comparison.ts';
import type { OnAxis } from './on-axis.ts';
import { metricRows } from './metric-rows.ts';

/** A strategy's index, from its first session to the last. */
export type Index = ReturnType<typeof indexSeries>;

export interface IndexLevels {
  levels: { session: SessionDate; level: number; units: Record<MarketSymbol, number> | null }[];
  metrics: MetricsToWrite[];
}

/** Current weights of the index's constituents; empty before the index begins. */
export function indexWeights({ state }: Index): Map<MarketSymbol, number> {
  if (!state || !(state.level > 0)) return new Map();
  const { units, prices, level } = state;
  return new Map([...units].map(([symbol, count]) => [symbol, (count * (prices.get(symbol) ?? 0)) / level]));
}

/** The index's levels with their metrics; none for a strategy without an index. */
export function levelsOf(
  strategy: StrategyToRun,
  { sessions, levels, state }: Index,
  rebalancings: readonly IndexWeights[],
  on: OnAxis,
): IndexLevels {
  if (!strategy.appliesToIndex) return { levels: [], metrics: [] };
  const own = returnsOfPrices(sessions, levels);
  const other = on.returns(DEFAULT_BENCHMARK);
  const noBenchmark = on.whyNoReturns(DEFAULT_BENCHMARK);
  const options = { periodsPerYear: on.axis.periodsPerYear, noBenchmark };
  const periods = metricsByPeriod(own, other && alignReturns(other, own.sessions), options);
  const rebalanced = new Set(rebalancings.map(({ session }) => session));
  return {
    levels: sessions.map((session, t) => ({
      session,
      level: levels[t] as number,
      units: t === sessions.length - 1 && state ? Object.fromEntries(state.units) : rebalanced.has(session) ? {} : null,
    })),
    metrics: [
      ...metricRows(strategy.id, periods, 'no_observations'),
      comparisonRow(strategy.id, DEFAULT_BENCHMARK, own, other ?? noBenchmark, periods),
    ],
  };
}
