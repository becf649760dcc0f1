import { amount, decimalText } from '@freshet/market';
import { distortedMarket } from './distorted-market.ts';
import type { Fault } from './fault.ts';

/** Only the last price is off: what a bad tick looks like. */
export const jump: Fault = {
  name: 'jump',
  does: 'A last price that is off by a share of itself (percent, default 40).',
  settings: { percent: 40 },
  market: (view, { hits, settings }) =>
    distortedMarket(view, hits, {
      quote(quote) {
        const price = decimalText(amount(quote.price).times(1 + (settings.percent ?? 40) / 100));
        const beyond = amount(price);
        return {
          ...quote,
          price,
          high: quote.high !== null && beyond.gt(quote.high) ? price : quote.high,
          low: quote.low !== null && beyond.lt(quote.low) ? price : quote.low,
        };
      },
    }),
};
