import type { AssetClass } from '@freshet/market';
import type { Ask, HttpRequest, Provider } from '../provider.ts';
import { readFmp } from './read.ts';
import { simulatedBars, simulatedEarnings, simulatedQuote, simulatedRefusals } from './simulated.ts';
import { fmpSymbol, isInFmp } from './symbols.ts';

const CLASSES: AssetClass[] = ['equity', 'etf', 'index', 'fx', 'crypto', 'commodity'];
const FIVE_YEARS_DAYS = 1826;

function request(endpoint: string, ask: Ask, more: Record<string, string> = {}): HttpRequest {
  const query = { symbol: fmpSymbol(ask.symbols[0] ?? ''), ...more, ...(ask.key ? { apikey: ask.key } : {}) };
  return { method: 'GET', path: `/stable/${endpoint}?${new URLSearchParams(query)}` };
}

/** Bars as traded; the better-known `full` is adjusted for splits. */
function barsRequest(ask: Ask<'bars'>): HttpRequest {
  return request('historical-price-eod/non-split-adjusted', ask, {
    ...(ask.from ? { from: ask.from } : {}),
    ...(ask.to ? { to: ask.to } : {}),
  });
}

/**
 * Financial Modeling Prep's free plan: 250 calls a day, one symbol a call (a list is answered with `[]`), some symbols
 * only. The hour at which its day begins is not told, so its day slides.
 */
export const fmp: Provider = {
  name: 'fmp',
  title: 'Financial Modeling Prep',
  envPrefix: 'FMP',
  baseUrl: 'https://financialmodelingprep.com',
  key: 'required',
  state: 'on',
  limits: [{ limit: 250, perSeconds: 86_400 }],
  concurrency: 4,
  serves: {
    quote: {
      classes: CLASSES,
      batchMax: 1,
      batchBest: 1,
      cost: () => 1,
      accepts: isInFmp,
      request: (ask) => request('quote', ask),
      read: (answer, ask) => readFmp(answer, ask.symbols),
      simulated: simulatedQuote,
    },
    bars: {
      classes: CLASSES,
      batchMax: 1,
      batchBest: 1,
      cost: () => 1,
      accepts: isInFmp,
      historyDays: FIVE_YEARS_DAYS,
      request: barsRequest,
      read: (answer, ask) => readFmp(answer, ask.symbols),
      simulated: simulatedBars,
    },
    earnings: {
      classes: ['equity'],
      batchMax: 1,
      batchBest: 1,
      cost: () => 1,
      request: (ask) => request('earnings', ask),
      read: (answer, ask) => readFmp(answer, ask.symbols),
      simulated: simulatedEarnings,
    },
  },
  readAny: readFmp,
  simulatedRefusals,
};
