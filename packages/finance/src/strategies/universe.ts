import type { MarketSymbol } from '@freshet/market';
import { covarianceOfPairs, madeToFit } from '../estimates/covariance.ts';
import { expectedReturns } from '../estimates/expected-returns.ts';
import { type PriceTable, type ReturnTable, pick } from '../estimates/price-table.ts';
import type { Reason } from '../figure.ts';
import type { ReturnSeries } from '../metrics/return-series.ts';
import type { Symmetric } from '../numeric/cholesky.ts';
import { moments } from '../numeric/moments.ts';
import type { Candidate, Strategy, StrategyOptions, Universe } from './strategy.ts';

/** An asset that could not be chosen from, and why. */
export interface Excluded {
  symbol: MarketSymbol;
  reason: Reason;
}

/** The columns that the strategy can use, and what was left out. */
export function usable(
  strategy: Strategy,
  candidates: readonly Candidate[],
  { prices }: PriceTable,
  table: ReturnTable,
  options: StrategyOptions,
): { columns: number[]; excluded: Excluded[] } {
  const excluded: Excluded[] = [];
  let columns: number[] = [];
  candidates.forEach((candidate, at) => {
    const reason = unpriced(prices[at]!) ?? unfit(strategy, candidate, table.returns[at]!, options);
    if (reason) excluded.push({ symbol: candidate.symbol, reason });
    else columns.push(at);
  });
  if (strategy.needs === 'risk') {
    for (let lonely = loneliest(table, columns); lonely !== null; lonely = loneliest(table, columns)) {
      const column = lonely;
      excluded.push({ symbol: candidates[column]!.symbol, reason: 'no_common_history' });
      columns = columns.filter((each) => each !== column);
    }
  }
  return { columns, excluded };
}

function unfit(
  strategy: Strategy,
  candidate: Candidate,
  returns: Float64Array,
  options: StrategyOptions,
): Reason | null {
  switch (strategy.needs) {
    case 'nothing':
      return null;
    case 'market_cap':
      return candidate.marketCap && candidate.marketCap > 0 && candidate.marketCap < Infinity ? null : 'no_market_cap';
    case 'weight':
      return (options.weights[candidate.symbol] ?? 0) > 0 ? null : 'no_weight';
    case 'returns':
      return returns.some((each) => each === each) ? null : 'no_price';
    case 'risk': {
      const { count, deviation } = moments(returns);
      if (count === 0) return 'no_price';
      if (count < 2) return 'too_few_observations';
      return deviation === 0 ? 'zero_variance' : null;
    }
  }
}

/** No strategy can buy an asset that never had a price. */
function unpriced(prices: Float64Array): Reason | null {
  return prices.some((price) => price > 0 && price < Infinity) ? null : 'no_price';
}

/** Of the pairs with fewer than two common returns, the asset with the shortest history; null without such a pair. */
function loneliest({ returns }: ReturnTable, columns: readonly number[]): number | null {
  const counts = new Map(
    columns.map((at) => [at, returns[at]!.reduce((count, each) => count + (each === each ? 1 : 0), 0)]),
  );
  let found: number | null = null;
  for (let a = 0; a < columns.length; a++) {
    for (let b = a + 1; b < columns.length; b++) {
      if (shareTwo(returns[columns[a]!]!, returns[columns[b]!]!)) continue;
      for (const at of [columns[a]!, columns[b]!]) {
        if (found === null || counts.get(at)! < counts.get(found)!) found = at;
      }
    }
  }
  return found;
}

/** True when every pair shares at least two returns: then there is a covariance of all. */
export function haveCommonHistory(table: ReturnTable): boolean {
  const columns = [...table.symbols.keys()];
  if (columns.length === 1) return shareTwo(table.returns[0]!, table.returns[0]!);
  return loneliest(table, columns) === null;
}

/** Searches from the end, where histories overlap. */
function shareTwo(a: Float64Array, b: Float64Array): boolean {
  let common = 0;
  for (let t = a.length - 1; t >= 0; t--) {
    if (a[t] === a[t] && b[t] === b[t] && ++common === 2) return true;
  }
  return false;
}

/** The universe of the columns, its estimates computed at most once. */
export function universeOf(
  candidates: readonly Candidate[],
  all: ReturnTable,
  columns: readonly number[],
  market: ReturnSeries | null,
  options: StrategyOptions,
): Omit<Universe, 'caps' | 'groups'> {
  const table = pick(all, columns);
  let pairs: Symmetric | null = null;
  let covariance: Symmetric | null = null;
  let expected: Float64Array | null = null;
  const { periodsPerYear } = options;
  const covarianceOptions = { model: options.covariance, span: options.covarianceSpan, periodsPerYear };
  const ofPairs = (): Symmetric => (pairs ??= covarianceOfPairs(table, covarianceOptions));
  return {
    candidates: columns.map((at) => candidates[at]!),
    table,
    market,
    options,
    covariance: () => (covariance ??= madeToFit(ofPairs())),
    variances: () => {
      const { n, data } = ofPairs();
      return Float64Array.from({ length: n }, (_, i) => data[i * n + i]!);
    },
    expected: () =>
      (expected ??= expectedReturns(table, {
        model: options.expectedReturns,
        span: options.returnsSpan,
        riskFree: options.riskFree,
        periodsPerYear,
        market,
      })),
  };
}
