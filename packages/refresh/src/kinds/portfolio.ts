import { type Kind, narrowed } from './kind.ts';

/** The symbols that one user's portfolios hold, then their valuation and metrics. */
export const portfolio: Kind = {
  kind: 'portfolio',
  title: "One user's portfolios",
  calculates: true,
  async scope({ target, symbols }, source) {
    const held = await source.portfolios({ userId: target.user_id, portfolioId: target.portfolio_id });
    return { symbols: narrowed(held.symbols, symbols), portfolios: held.portfolios, strategies: [] };
  },
};
