import { type Kind, nothing } from './kind.ts';

/** Prices only: of every asset, or of those named. */
export const prices: Kind = {
  kind: 'prices',
  title: 'Prices of all assets, or of those named',
  calculates: false,
  async scope({ symbols }, source) {
    return { ...nothing, symbols: symbols ?? (await source.allSymbols()) };
  },
};
