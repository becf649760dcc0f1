import { isUsListing } from '../symbols/listings.ts';
import type { Ask, HttpRequest, Provider } from '../provider.ts';
import { CHART_RANGES } from './ranges.ts';
import { readIex } from './read.ts';
import { simulatedBars, simulatedQuote, simulatedRefusals } from './simulated.ts';
import { iexSymbol } from './symbols.ts';

function request(path: string, query: Record<string, string>, key?: string): HttpRequest {
  return { method: 'GET', path: `/v1${path}?${new URLSearchParams({ ...query, ...(key ? { token: key } : {}) })}` };
}

/** The smallest range that reaches back to the first session wanted. */
function barsRequest(ask: Ask<'bars'>): HttpRequest {
  const wanted = ask.from ? (ask.now.getTime() - Date.parse(`${ask.from}T00:00:00Z`)) / 86_400_000 : 30;
  const range = Object.keys(CHART_RANGES).find((name) => (CHART_RANGES[name] ?? 0) >= wanted) ?? 'max';
  return request(`/stock/${encodeURIComponent(iexSymbol(ask.symbols[0] ?? ''))}/chart/${range}`, {}, ask.key);
}

/** IEX Cloud, shut down on 2024-08-31: the adapter reads its format and is never called, unless its base URL is overridden. */
export const iex: Provider = {
  name: 'iex',
  title: 'IEX Cloud',
  envPrefix: 'IEX_CLOUD',
  baseUrl: 'https://cloud.iexapis.com',
  key: 'required',
  state: 'retired',
  notice: 'IEX Cloud was shut down on 31 August 2024; choose another provider.',
  limits: [{ limit: 100, perSeconds: 1 }],
  concurrency: 8,
  serves: {
    quote: {
      classes: ['equity', 'etf'],
      batchMax: 100,
      batchBest: 100,
      cost: (symbols) => symbols,
      accepts: isUsListing,
      request: (ask) =>
        request('/stock/market/batch', { symbols: ask.symbols.map(iexSymbol).join(','), types: 'quote' }, ask.key),
      read: (answer, ask) => readIex(answer, ask.symbols),
      simulated: simulatedQuote,
    },
    bars: {
      classes: ['equity', 'etf'],
      batchMax: 1,
      batchBest: 1,
      cost: () => 1,
      accepts: isUsListing,
      historyDays: 5479,
      request: barsRequest,
      read: (answer, ask) => readIex(answer, ask.symbols),
      simulated: simulatedBars,
    },
  },
  readAny: readIex,
  simulatedRefusals,
};
