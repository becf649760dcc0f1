import type { Fault } from './fault.ts';

/** Delisted overnight, or never heard of. */
export const unknownSymbol: Fault = {
  name: 'unknown-symbol',
  does: 'Doesn’t know the symbols.',
  market: (view, { hits }) => ({
    ...view,
    quote: (symbol) => (hits(symbol) ? undefined : view.quote(symbol)),
    bars: (symbol, from, to) => (hits(symbol) ? [] : view.bars(symbol, from, to)),
    earnings: (symbol) => (hits(symbol) ? undefined : view.earnings(symbol)),
  }),
};
