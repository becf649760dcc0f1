import { classOfSymbol, pairOf } from '@freshet/market';
import type { Ask, HttpRequest, Provider } from '../provider.ts';
import { readAlphaVantage } from './read.ts';
import { simulatedBars, simulatedEarnings, simulatedQuote } from './simulated.ts';
import { simulatedRefusals } from './simulated-refusals.ts';
import { alphaVantageSymbol } from './symbols.ts';

function request(query: Record<string, string>, key?: string): HttpRequest {
  return { method: 'GET', path: `/query?${new URLSearchParams({ ...query, ...(key ? { apikey: key } : {}) })}` };
}

/** A pair has functions of its own; `pair` is null for everything that has a ticker. */
function asked(ask: Ask): { pair: { base: string; quote: string } | null; symbol: string; crypto: boolean } {
  const symbol = ask.symbols[0] ?? '';
  return { pair: pairOf(symbol), symbol: alphaVantageSymbol(symbol), crypto: classOfSymbol(symbol) === 'crypto' };
}

function quoteRequest(ask: Ask<'quote'>): HttpRequest {
  const { pair, symbol } = asked(ask);
  return pair
    ? request({ function: 'CURRENCY_EXCHANGE_RATE', from_currency: pair.base, to_currency: pair.quote }, ask.key)
    : request({ function: 'GLOBAL_QUOTE', symbol }, ask.key);
}

function barsRequest(ask: Ask<'bars'>): HttpRequest {
  const { pair, symbol, crypto } = asked(ask);
  if (pair && crypto)
    return request({ function: 'DIGITAL_CURRENCY_DAILY', symbol: pair.base, market: pair.quote }, ask.key);
  if (pair)
    return request(
      { function: 'FX_DAILY', from_symbol: pair.base, to_symbol: pair.quote, outputsize: 'compact' },
      ask.key,
    );
  return request({ function: 'TIME_SERIES_DAILY', symbol, outputsize: 'compact' }, ask.key);
}

/**
 * Alpha Vantage's free plan: 25 calls a day, so the last of its chains. Prices are those of the last session's end. The
 * hour at which its day begins is not told, so its day slides.
 */
export const alphaVantage: Provider = {
  name: 'alphavantage',
  title: 'Alpha Vantage',
  envPrefix: 'ALPHA_VANTAGE',
  baseUrl: 'https://www.alphavantage.co',
  key: 'required',
  state: 'on',
  limits: [
    { limit: 25, perSeconds: 86_400 },
    { limit: 5, perSeconds: 60 },
    { limit: 1, perSeconds: 1 },
  ],
  concurrency: 1,
  minTimeMs: 1000,
  serves: {
    quote: {
      classes: ['equity', 'etf', 'fx', 'crypto'],
      batchMax: 1,
      batchBest: 1,
      cost: () => 1,
      request: quoteRequest,
      read: (answer, ask) => readAlphaVantage(answer, ask.symbols),
      simulated: simulatedQuote,
    },
    bars: {
      classes: ['equity', 'etf', 'fx', 'crypto'],
      batchMax: 1,
      batchBest: 1,
      cost: () => 1,
      // The newest hundred days: the whole history is for paid plans.
      historyDays: 140,
      request: barsRequest,
      read: (answer, ask) => readAlphaVantage(answer, ask.symbols),
      simulated: simulatedBars,
    },
    earnings: {
      classes: ['equity'],
      batchMax: 1,
      batchBest: 1,
      cost: () => 1,
      request: (ask) =>
        request({ function: 'EARNINGS_CALENDAR', symbol: asked(ask).symbol, horizon: '12month' }, ask.key),
      read: (answer, ask) => readAlphaVantage(answer, ask.symbols),
      simulated: simulatedEarnings,
    },
  },
  readAny: readAlphaVantage,
  simulatedRefusals,
};
