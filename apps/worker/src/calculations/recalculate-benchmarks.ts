import { benchmarkScope, packMetrics, writeCommonMetrics } from '@freshet/store';
import type { Recalculating } from './recalculating.ts';

/** The benchmarks' own metrics and the correlation matrix, calculated once per refresh, with its last slice. */
export async function recalculateBenchmarks(on: Recalculating): Promise<number> {
  const { benchmarks, correlated } = await benchmarkScope(on.client);
  const { symbols, asOf } = await on.symbols.of(on.client, [...new Set([...benchmarks, ...correlated])]);
  const series = await on.bars.of(on.client, symbols);
  const rows = await on.arithmetic.benchmarks({ benchmarks, correlated, symbols, series });
  return writeCommonMetrics(on.client, on.refreshId, asOf, packMetrics(rows));
}
