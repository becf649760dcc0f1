import { type AssetClass, type MarketSymbol, classOfSymbol } from '@freshet/market';
import { isUsListing } from '../symbols/listings.ts';
import type { Ask, HttpRequest, Provider } from '../provider.ts';
import { readTwelveData } from './read.ts';
import { simulatedBars, simulatedQuote } from './simulated.ts';
import { simulatedRefusals } from './simulated-refusals.ts';
import { twelveDataSymbol } from './symbols.ts';

const CLASSES: AssetClass[] = ['equity', 'etf', 'fx', 'crypto'];
/** The endpoint takes up to 120 symbols, but a call that costs more than the minute's credits is refused whole. */
const FREE_CREDITS_A_MINUTE = 8;
const MOST_ROWS = '5000';

function request(endpoint: string, ask: Ask, more: Record<string, string> = {}): HttpRequest {
  const query = new URLSearchParams({ symbol: ask.symbols.map(twelveDataSymbol).join(','), ...more });
  return {
    method: 'GET',
    path: `/${endpoint}?${query}`,
    headers: ask.key ? { authorization: `apikey ${ask.key}` } : {},
  };
}

/** Unadjusted days; without a span, the newest ones. */
function barsRequest(ask: Ask<'bars'>): HttpRequest {
  const span = { ...(ask.from ? { start_date: ask.from } : {}), ...(ask.to ? { end_date: ask.to } : {}) };
  return request('time_series', ask, { interval: '1day', adjust: 'none', outputsize: MOST_ROWS, ...span });
}

const accepts = (symbol: MarketSymbol): boolean =>
  isUsListing(symbol) || ['fx', 'crypto'].includes(classOfSymbol(symbol));

/** Twelve Data's Basic plan: 8 credits a minute and 800 a day from 00:00 UTC; each symbol of a call costs one. */
export const twelveData: Provider = {
  name: 'twelvedata',
  title: 'Twelve Data',
  envPrefix: 'TWELVE_DATA',
  baseUrl: 'https://api.twelvedata.com',
  key: 'required',
  state: 'on',
  limits: [
    { limit: FREE_CREDITS_A_MINUTE, perSeconds: 60, counts: 'cost' },
    { limit: 800, perSeconds: 86_400, counts: 'cost', resets: { every: 'day', hour: 0, zone: 'UTC' } },
  ],
  concurrency: 8,
  serves: {
    quote: {
      classes: CLASSES,
      batchMax: FREE_CREDITS_A_MINUTE,
      batchBest: FREE_CREDITS_A_MINUTE,
      cost: (symbols) => symbols,
      accepts,
      request: (ask) => request('quote', ask),
      read: (answer, ask) => readTwelveData(answer, ask.symbols),
      simulated: simulatedQuote,
    },
    bars: {
      classes: CLASSES,
      batchMax: FREE_CREDITS_A_MINUTE,
      batchBest: FREE_CREDITS_A_MINUTE,
      cost: (symbols) => symbols,
      accepts,
      request: barsRequest,
      read: (answer, ask) => readTwelveData(answer, ask.symbols),
      simulated: simulatedBars,
    },
  },
  readAny: readTwelveData,
  simulatedRefusals,
};
