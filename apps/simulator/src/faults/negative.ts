import { distortedMarket, repriced, repricedBar } from './distorted-market.ts';
import type { Fault } from './fault.ts';

/** A sign that slipped in. */
export const negative: Fault = {
  name: 'negative',
  does: 'Prices below zero.',
  market: (view, { hits }) =>
    distortedMarket(view, hits, {
      quote: (quote) => repriced(quote, (price) => `-${price}`),
      bar: (bar) => repricedBar(bar, (price) => `-${price}`),
    }),
};
