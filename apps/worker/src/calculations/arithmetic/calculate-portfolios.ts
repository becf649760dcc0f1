import type {
  BarSeries,
  CalculatedPortfolio,
  MetricsToWrite,
  PackedMetrics,
  SeriesRow,
  SnapshotToWrite,
  SymbolToCalculate,
} from '@freshet/store';
import { packJson, packMetrics } from '@freshet/store/packed';
import { changesOf, holdingsOf } from './held-rows.ts';
import { MarketData } from './market-data.ts';
import { measurePortfolio } from './measure-portfolio.ts';
import { valueNow } from './value-portfolio.ts';

/** What is to be done for one portfolio. */
export interface PortfolioWork {
  portfolio: CalculatedPortfolio;
  /** What it holds and ever held, as `holdingsOf` and `changesOf` read it. */
  holdings: Uint8Array;
  changes: Uint8Array;
  value: boolean;
  /** `same`: the inputs are those of the stored series, so only metrics are written. */
  measure: 'no' | 'anew' | 'same';
}

export interface PortfoliosWork {
  asOf: string;
  portfolios: PortfolioWork[];
  symbols: SymbolToCalculate[];
  series: BarSeries[];
}

export interface PortfoliosDone {
  snapshots: Omit<SnapshotToWrite, 'inputs'>[];
  /** One for each snapshot. */
  valuations: Uint8Array;
  /** Series of the portfolios measured anew, with the periods that their metrics cover. */
  series: (Omit<SeriesRow, 'inputs'> & { periods: string[] })[];
  metrics: PackedMetrics;
  /** Portfolios whose arithmetic failed. The others of the slice are unaffected. */
  failed: { portfolioId: string; detail: string }[];
}

/** Values and measures portfolios: pure arithmetic, from all the inputs to all the rows that are written. */
export function calculatePortfolios(work: PortfoliosWork): PortfoliosDone {
  const data = new MarketData(work.symbols, work.series);
  const valuations: string[] = [];
  const metrics: MetricsToWrite[] = [];
  const done: Omit<PortfoliosDone, 'valuations' | 'metrics'> = { snapshots: [], series: [], failed: [] };
  for (const { portfolio, holdings, changes, value, measure } of work.portfolios) {
    try {
      const valued = value ? valueNow(portfolio, holdingsOf(holdings), data, work.asOf) : null;
      const measured = measure === 'no' ? null : measurePortfolio(portfolio, changesOf(changes), data);
      if (valued) {
        done.snapshots.push(valued.snapshot);
        valuations.push(valued.valuation);
      }
      if (measured) {
        if (measure === 'anew')
          done.series.push({ ...measured.series, periods: measured.metrics.map(({ period }) => period) });
        metrics.push(...measured.metrics);
      }
    } catch (error) {
      done.failed.push({ portfolioId: portfolio.id, detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return { ...done, valuations: packJson(valuations), metrics: packMetrics(metrics) };
}
