import { amount, decimalText } from '@freshet/market';
import { distortedMarket, repriced, repricedBar } from './distorted-market.ts';
import type { Fault } from './fault.ts';

/** Pence read as pounds: all prices of the answer are wrong by the same factor, so that it is consistent in itself. */
export const hundredfold: Fault = {
  name: '100x',
  does: 'Prices that are a hundred times too high (factor, default 100).',
  settings: { factor: 100 },
  market(view, { hits, settings }) {
    const times = (price: string) => decimalText(amount(price).times(settings.factor ?? 100));
    return distortedMarket(view, hits, {
      quote: (quote) => repriced(quote, times),
      bar: (bar) => repricedBar(bar, times),
    });
  },
};
