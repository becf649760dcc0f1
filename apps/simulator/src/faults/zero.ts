import { distortedMarket } from './distorted-market.ts';
import type { Fault } from './fault.ts';

/** The commonest of bad prices: nothing traded yet, so nothing it is. */
export const zero: Fault = {
  name: 'zero',
  does: 'Prices of zero.',
  market: (view, { hits }) =>
    distortedMarket(view, hits, {
      quote: (quote) => ({ ...quote, price: '0' }),
      bar: (bar) => ({ ...bar, close: '0' }),
    }),
};
