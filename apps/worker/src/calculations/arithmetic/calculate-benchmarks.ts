import { correlationMatrix, metricsByPeriod } from '@freshet/finance';
import type { MarketSymbol } from '@freshet/market';
import type { BarSeries, MetricsToWrite, SymbolToCalculate } from '@freshet/store';
import { MarketData } from './market-data.ts';
import { metricRows } from './metric-rows.ts';

export interface BenchmarksWork {
  benchmarks: MarketSymbol[];
  /** Symbols of the correlation matrix. */
  correlated: MarketSymbol[];
  symbols: SymbolToCalculate[];
  series: BarSeries[];
}

/** The benchmarks' own metrics, and the matrix of correlations over the sessions of the first benchmark. */
export function calculateBenchmarks({ benchmarks, correlated, symbols, series }: BenchmarksWork): MetricsToWrite[] {
  const data = new MarketData(symbols, series);
  const rows = benchmarks.flatMap((symbol) => {
    const on = data.on(symbol);
    const returns = on?.returns(symbol);
    if (!on || !returns) return metricRows(symbol, [], 'no_price');
    return metricRows(
      symbol,
      metricsByPeriod(returns, null, { periodsPerYear: on.axis.periodsPerYear }),
      'no_observations',
    );
  });
  const [first = ''] = benchmarks;
  const on = data.on(first, correlated);
  if (!on) return rows;
  const known = correlated.filter((symbol) => on.returns(symbol) !== null);
  const { values } = correlationMatrix({
    sessions: on.axis.sessions.slice(1),
    symbols: known,
    returns: known.map((symbol) => on.returns(symbol)?.returns ?? new Float64Array()),
  });
  const rounded = values.map((row) => row.map((value) => (value === null ? null : Math.round(value * 1e4) / 1e4)));
  const sessions = { from: on.axis.sessions[0], to: on.axis.sessions.at(-1) };
  const matrix = { symbols: known, values: rounded, ...sessions };
  return [...rows, { subject: 'correlations', period: 'all', values: JSON.stringify(matrix) }];
}
