import { distortedMarket } from './distorted-market.ts';
import type { Fault } from './fault.ts';

/** The price stands still while its time goes on: a feed that repeats itself. */
export const frozen: Fault = {
  name: 'frozen',
  does: 'Repeats the price of the moment when the fault began, with the time of now.',
  market: (view, { hits, startedAt, at }) =>
    distortedMarket(view, hits, {
      quote: (quote) => ({ ...quote, price: at(startedAt).quote(quote.symbol)?.price ?? quote.price }),
    }),
};
