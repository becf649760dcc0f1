import { type Kind, narrowed } from './kind.ts';

/** The benchmarks' prices, then comparisons and correlations of the portfolios that are compared with them (for a user: their own). */
export const benchmark: Kind = {
  kind: 'benchmark',
  title: 'Benchmarks, comparisons and correlations',
  calculates: true,
  async scope({ target, symbols }, source) {
    const of = { userId: target.user_id };
    const [benchmarks, held] = await Promise.all([source.benchmarks(of), source.portfolios(of)]);
    return { symbols: narrowed(benchmarks, symbols), portfolios: held.portfolios, strategies: [] };
  },
};
