import { type Kind, narrowed } from './kind.ts';

/** The symbols that all active portfolios hold (for a user: their own), then those portfolios. */
export const holdings: Kind = {
  kind: 'holdings',
  title: 'Everything that active portfolios hold',
  calculates: true,
  async scope({ target, symbols }, source) {
    const held = await source.portfolios({ userId: target.user_id });
    return { symbols: narrowed(held.symbols, symbols), portfolios: held.portfolios, strategies: [] };
  },
};
