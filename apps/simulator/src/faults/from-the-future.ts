import { distortedMarket } from './distorted-market.ts';
import type { Fault } from './fault.ts';

/** A clock that is wrong, or milliseconds that were taken for seconds. */
export const fromTheFuture: Fault = {
  name: 'future',
  does: 'Dates prices ahead of now (minutes, default 60).',
  settings: { minutes: 60 },
  market: (view, { hits, settings }) =>
    distortedMarket(view, hits, {
      quote: (quote) => ({ ...quote, quoteTime: new Date(view.now.getTime() + (settings.minutes ?? 60) * 60_000) }),
    }),
};
