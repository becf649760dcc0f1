import type { MarketSymbol } from '@freshet/market';
import type { StrategyToRun } from '@freshet/store';

/**
 * Whatever a strategy and its index need prices of: what it chooses from now, then what its index ever held. Levels of the past follow from
 * the closes of those that were in it then, whether the strategy still names them or not.
 */
export function symbolsOfStrategy({
  symbols,
  rebalancings,
}: Pick<StrategyToRun, 'symbols' | 'rebalancings'>): MarketSymbol[] {
  const all = new Set(symbols);
  for (const { weights } of rebalancings)
    for (const [symbol, weight] of Object.entries(weights)) if (weight > 0) all.add(symbol);
  return [...all];
}
