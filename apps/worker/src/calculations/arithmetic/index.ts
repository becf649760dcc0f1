import { type BenchmarksWork, calculateBenchmarks } from './calculate-benchmarks.ts';
import { calculatePortfolios, type PortfoliosDone, type PortfoliosWork } from './calculate-portfolios.ts';
import { calculateStrategy, type StrategyDone, type StrategyWork } from './calculate-strategy.ts';
import type { MetricsToWrite } from '@freshet/store';

/** All arithmetic: pure functions whose arguments and results can be sent to and from a thread. */
export const arithmetic = {
  portfolios: calculatePortfolios,
  strategy: calculateStrategy,
  benchmarks: calculateBenchmarks,
};

/** Does arithmetic, here or in a thread. */
export interface Arithmetic {
  portfolios(work: PortfoliosWork): Promise<PortfoliosDone>;
  strategy(work: StrategyWork): Promise<StrategyDone>;
  benchmarks(work: BenchmarksWork): Promise<MetricsToWrite[]>;
}
