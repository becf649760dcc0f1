import { distortedMarket } from './distorted-market.ts';
import type { Fault } from './fault.ts';

/** The most common bad price: before the first trade, a feed reports zero. */
export const zero: Fault = {
  name: 'zero',
  does: 'Prices of zero.',
  market: (view, { hits }) =>
    distortedMarket(view, hits, {
      quote: (quote) => ({ ...quote, price: '0' }),
      bar: (bar) => ({ ...bar, close: '0' }),
    }),
};
