import type {
  BarSeries,
  HeldFrom,
  MetricsToWrite,
  PortfolioToCalculate,
  SeriesRow,
  SnapshotToWrite,
  SymbolToCalculate,
} from '@freshet/store';
import { MarketData } from './market-data.ts';
import { measurePortfolio } from './measure-portfolio.ts';
import { valueNow } from './value-portfolio.ts';

/** What is to be done for one portfolio. */
export interface PortfolioWork {
  portfolio: PortfolioToCalculate;
  value: boolean;
  /** `same`: from the same inputs as its stored series, which therefore stays as it is. */
  measure: 'no' | 'anew' | 'same';
  changes: HeldFrom[];
}

export interface PortfoliosWork {
  asOf: string;
  portfolios: PortfolioWork[];
  symbols: SymbolToCalculate[];
  series: BarSeries[];
}

export interface PortfoliosDone {
  snapshots: Omit<SnapshotToWrite, 'inputs'>[];
  series: Omit<SeriesRow, 'inputs'>[];
  metrics: MetricsToWrite[];
  /** Portfolios whose arithmetic failed: nothing else does for it. */
  failed: { portfolioId: string; detail: string }[];
}

/** Values and measures portfolios: pure arithmetic, from everything that it takes to everything that is written. */
export function calculatePortfolios(work: PortfoliosWork): PortfoliosDone {
  const data = new MarketData(work.symbols, work.series);
  const done: PortfoliosDone = { snapshots: [], series: [], metrics: [], failed: [] };
  for (const { portfolio, value, measure, changes } of work.portfolios) {
    try {
      const snapshot = value ? valueNow(portfolio, data, work.asOf) : null;
      const measured = measure === 'no' ? null : measurePortfolio(portfolio, changes, data);
      if (snapshot) done.snapshots.push(snapshot);
      if (measured) {
        if (measure === 'anew') done.series.push(measured.series);
        done.metrics.push(...measured.metrics);
      }
    } catch (error) {
      done.failed.push({ portfolioId: portfolio.id, detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return done;
}
