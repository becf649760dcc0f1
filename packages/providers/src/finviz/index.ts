import { isUsListing } from '../symbols/listings.ts';
import type { Provider } from '../provider.ts';
import { readFinviz } from './read.ts';
import { simulatedRefusals, simulatedScreener } from './simulated.ts';
import { finvizSymbol } from './symbols.ts';

const ROWS_A_PAGE = 20;

/** Finviz has no API: a page of its screener is read, twenty American stocks at once. Off unless asked for. */
export const finviz: Provider = {
  name: 'finviz',
  title: 'Finviz',
  envPrefix: 'FINVIZ',
  baseUrl: 'https://finviz.com',
  key: 'none',
  state: 'off',
  notice: 'Finviz has no public API and its terms forbid scraping; turn it on only if you may.',
  // It publishes no limit: this is what a patient reader does.
  limits: [{ limit: 20, perSeconds: 60 }],
  concurrency: 1,
  minTimeMs: 1000,
  serves: {
    quote: {
      classes: ['equity', 'etf'],
      batchMax: ROWS_A_PAGE,
      batchBest: ROWS_A_PAGE,
      cost: () => 1,
      accepts: isUsListing,
      request: (ask) => ({
        method: 'GET',
        path: `/screener.ashx?v=111&t=${ask.symbols.map((symbol) => encodeURIComponent(finvizSymbol(symbol))).join(',')}`,
        headers: { accept: 'text/html' },
      }),
      read: (answer, ask) => readFinviz(answer, ask.symbols),
      simulated: simulatedScreener,
    },
  },
  readAny: readFinviz,
  simulatedRefusals,
};
