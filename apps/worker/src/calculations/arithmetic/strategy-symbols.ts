import type { MarketSymbol } from '@freshet/market';
import type { StrategyToRun } from '@freshet/store';

/**
 * All symbols whose prices a strategy and its index need: those it chooses from now, then those its index ever held. Past
 * levels follow from the closes of past constituents, whether the strategy still names them or not.
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
