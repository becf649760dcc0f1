import type { MarketSymbol } from '@freshet/market';
import { type Kind, narrowed } from './kind.ts';

/** Everything: every asset, the FX pairs that price strategies, every active portfolio, every strategy. */
export const all: Kind = {
  kind: 'all',
  title: 'All market data, portfolios and metrics',
  calculates: true,
  async scope({ symbols }, source) {
    const [known, held, run] = await Promise.all([source.allSymbols(), source.portfolios({}), source.strategies(null)]);
    return {
      symbols: narrowed(withMore(known, run.symbols), symbols),
      portfolios: held.portfolios,
      strategies: run.strategies,
    };
  },
};

/** Appends what `more` has beyond `known`. `known` may hold a hundred thousand symbols, so only `more` is put into a set. */
function withMore(known: MarketSymbol[], more: MarketSymbol[]): MarketSymbol[] {
  const missing = new Set(more);
  for (const symbol of known) missing.delete(symbol);
  return missing.size > 0 ? [...known, ...missing] : known;
}
