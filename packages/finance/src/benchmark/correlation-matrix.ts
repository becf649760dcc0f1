import type { MarketSymbol } from '@freshet/market';
import type { ReturnTable } from '../estimates/price-table.ts';
import { jointMoments } from '../numeric/moments.ts';

/** Correlations of every pair: `values[i][j]` of `symbols[i]` with `symbols[j]`. */
export interface CorrelationMatrix {
  symbols: readonly MarketSymbol[];
  /** Null where a pair shares fewer than two returns, or one of them never changes in what they share. */
  values: (number | null)[][];
}

/** Pearson's correlations of each pair over the periods that both have. */
export function correlationMatrix({ symbols, returns }: ReturnTable): CorrelationMatrix {
  const values: (number | null)[][] = symbols.map(() => symbols.map(() => null));
  for (let i = 0; i < symbols.length; i++) {
    for (let j = i; j < symbols.length; j++) {
      const { count, covariance, varianceA, varianceB, flatA, flatB } = jointMoments(returns[i]!, returns[j]!);
      if (count < 2 || flatA || flatB) continue;
      const value = i === j ? 1 : covariance / Math.sqrt(varianceA) / Math.sqrt(varianceB);
      values[i]![j] = values[j]![i] = Math.max(-1, Math.min(1, value));
    }
  }
  return { symbols, values };
}
