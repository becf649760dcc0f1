import type { PortfolioValuation } from '@freshet/contracts';

/** What a portfolio cost, as far as it is known; null where the cost of nothing that it holds is. */
export function knownCost({ cost, holdings }: Pick<PortfolioValuation, 'cost' | 'holdings'>): string | null {
  return holdings.length > 0 && holdings.every((holding) => holding.cost === null) ? null : cost;
}
