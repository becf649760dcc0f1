import { distortedMarket } from './distorted-market.ts';
import type { Fault } from './fault.ts';

/** A cache in front of the provider that has forgotten to expire: old prices, with their old times. */
export const stale: Fault = {
  name: 'stale',
  does: 'Tells the market of some time ago (minutes, default 60).',
  settings: { minutes: 60 },
  market(view, { hits, settings, at }) {
    const before = at(new Date(view.now.getTime() - (settings.minutes ?? 60) * 60_000));
    return distortedMarket(view, hits, { quote: (quote) => before.quote(quote.symbol) });
  },
};
