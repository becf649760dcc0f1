import { type Kind, nothing } from './kind.ts';

/** Strategies, allocations, signals and rebalancing again, from stored prices: nothing is fetched. */
export const strategy: Kind = {
  kind: 'strategy',
  title: 'Strategies, allocations and signals from stored prices',
  calculates: true,
  async scope({ target }, source) {
    return { ...nothing, strategies: (await source.strategies(target.strategy_id ?? null)).strategies };
  },
};
