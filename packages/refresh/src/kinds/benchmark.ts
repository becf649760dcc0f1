import { type Kind, narrowed } from './kind.ts';

/** The benchmarks' prices, then comparisons and correlations of the portfolios that are held against them. */
export const benchmark: Kind = {
  kind: 'benchmark',
  title: 'Benchmarks, comparisons and correlations',
  calculates: true,
  async scope({ symbols }, source) {
    const [benchmarks, held] = await Promise.all([source.benchmarks(), source.portfolios({})]);
    return { symbols: narrowed(benchmarks, symbols), portfolios: held.portfolios, strategies: [] };
  },
};
