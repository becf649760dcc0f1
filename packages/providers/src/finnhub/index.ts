import { classOfSymbol } from '@freshet/market';
import { isUsListing } from '../symbols/listings.ts';
import type { Ask, HttpRequest, Provider } from '../provider.ts';
import { dayAfter } from '../wire/zoned-time.ts';
import { readFinnhub } from './read.ts';
import { simulatedEarnings, simulatedQuote, simulatedRefusals } from './simulated.ts';
import { finnhubSymbol } from './symbols.ts';

const EARNINGS_AHEAD_DAYS = 120;

function request(path: string, query: Record<string, string>, key?: string): HttpRequest {
  return {
    method: 'GET',
    path: `/api/v1${path}?${new URLSearchParams(query)}`,
    // In a header, so that the key never stands in a URL that somebody logs.
    headers: key ? { 'x-finnhub-token': key } : {},
  };
}

/** Finnhub's free plan: real-time US names and coins, one symbol a call. Its candles need a paid plan, so bars aren't served. */
export const finnhub: Provider = {
  name: 'finnhub',
  title: 'Finnhub',
  envPrefix: 'FINNHUB',
  baseUrl: 'https://finnhub.io',
  key: 'required',
  state: 'on',
  limits: [
    { limit: 60, perSeconds: 60 },
    { limit: 30, perSeconds: 1 },
  ],
  concurrency: 8,
  serves: {
    quote: {
      classes: ['equity', 'etf', 'crypto'],
      batchMax: 1,
      batchBest: 1,
      cost: () => 1,
      accepts: (symbol) => classOfSymbol(symbol) === 'crypto' || isUsListing(symbol),
      request: (ask) => request('/quote', { symbol: finnhubSymbol(ask.symbols[0] ?? '') }, ask.key),
      read: (answer, ask) => readFinnhub(answer, ask.symbols),
      simulated: simulatedQuote,
    },
    earnings: {
      classes: ['equity'],
      batchMax: 1,
      batchBest: 1,
      cost: () => 1,
      accepts: isUsListing,
      request: earningsRequest,
      read: (answer, ask) => readFinnhub(answer, ask.symbols),
      simulated: simulatedEarnings,
    },
  },
  readAny: readFinnhub,
  simulatedRefusals,
};

function earningsRequest(ask: Ask<'earnings'>): HttpRequest {
  const from = ask.from ?? ask.now.toISOString().slice(0, 10);
  const to = ask.to ?? dayAfter(from, EARNINGS_AHEAD_DAYS);
  return request('/calendar/earnings', { symbol: finnhubSymbol(ask.symbols[0] ?? ''), from, to }, ask.key);
}
