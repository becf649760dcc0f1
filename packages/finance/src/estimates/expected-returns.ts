import { growth } from '../metrics/growth.ts';
import { type ReturnSeries, alignReturns } from '../metrics/return-series.ts';
import { jointMoments, moments } from '../numeric/moments.ts';
import type { ReturnTable } from './price-table.ts';

/** How the return of the coming year is estimated from the past. */
export const RETURNS_MODELS = {
  compounded: 'yearly rate that compounds to the past growth',
  arithmetic: 'mean return × periods per year',
  ema: 'exponentially weighted mean return, compounded over a year (span, default 500)',
  capm: 'risk-free rate + beta × (market return − risk-free rate)',
} as const;
export type ReturnsModel = keyof typeof RETURNS_MODELS;

export interface ExpectedReturnsOptions {
  model?: ReturnsModel;
  periodsPerYear?: number;
  /** Of `ema`, in periods. */
  span?: number;
  /** Of `capm`, per year. */
  riskFree?: number;
  /** Of `capm`; without it the market is the mean of all assets. */
  market?: ReturnSeries | null;
}

/** Expected returns per year as fractions, one per column; NaN for a column without returns. Conventions of PyPortfolioOpt. */
export function expectedReturns(table: ReturnTable, options: ExpectedReturnsOptions = {}): Float64Array {
  const { model = 'compounded', periodsPerYear = 252, span = 500 } = options;
  if (model === 'capm') return capm(table, options);
  return Float64Array.from(table.returns, (returns) => {
    if (model === 'ema') return (1 + exponentialMean(returns, span)) ** periodsPerYear - 1;
    const { count, mean } = moments(returns);
    return model === 'arithmetic' ? mean * periodsPerYear : growth(returns) ** (periodsPerYear / count) - 1;
  });
}

/** Capital asset pricing model (Sharpe 1964): rf + β·(market − rf), the market's return compounded. */
function capm(
  table: ReturnTable,
  { periodsPerYear = 252, riskFree = 0, market }: ExpectedReturnsOptions,
): Float64Array {
  const of = market ? alignReturns(market, table.sessions) : meanOfColumns(table.returns);
  const { count } = moments(of);
  const yearly = growth(of) ** (periodsPerYear / count) - 1;
  const variance = jointMoments(of, of);
  // Pandas' covariances are of each pair's common periods; the variance is over all of the market's.
  const spread = (variance.varianceA * count) / (count - 1);
  return Float64Array.from(table.returns, (returns) => {
    const joint = jointMoments(returns, of);
    const slope = (joint.covariance * joint.count) / (joint.count - 1) / spread;
    return riskFree + slope * (yearly - riskFree);
  });
}

function meanOfColumns(columns: readonly Float64Array[]): Float64Array {
  const length = columns[0]?.length ?? 0;
  const result = new Float64Array(length);
  for (let t = 0; t < length; t++) {
    let sum = 0;
    let count = 0;
    for (const column of columns) {
      const value = column[t]!;
      if (value !== value) continue;
      sum += value;
      count++;
    }
    result[t] = sum / count;
  }
  return result;
}

/**
 * Mean with weights (1 − α)^age, α = 2 / (span + 1); a gap ages what is before it. NaN without values.
 */
export function exponentialMean(values: Float64Array, span: number): number {
  const keep = 1 - 2 / (span + 1);
  let sum = 0;
  let weights = 0;
  for (let i = 0; i < values.length; i++) {
    sum *= keep;
    weights *= keep;
    const value = values[i]!;
    if (value !== value) continue;
    sum += value;
    weights += 1;
  }
  return sum / weights;
}
