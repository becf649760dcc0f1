import { type Kind, nothing } from './kind.ts';

/** The symbols that the request names, known or not. */
export const symbols: Kind = {
  kind: 'symbols',
  title: 'Named symbols',
  calculates: false,
  async scope({ symbols }) {
    return { ...nothing, symbols: symbols ?? [] };
  },
};
