import { type Kind, narrowed } from './kind.ts';

/** Everything: every asset, every active portfolio, every strategy. */
export const all: Kind = {
  kind: 'all',
  title: 'All market data, portfolios and metrics',
  calculates: true,
  async scope({ symbols }, source) {
    const [known, held, run] = await Promise.all([source.allSymbols(), source.portfolios({}), source.strategies(null)]);
    return { symbols: narrowed(known, symbols), portfolios: held.portfolios, strategies: run.strategies };
  },
};
