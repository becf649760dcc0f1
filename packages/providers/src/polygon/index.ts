import type { AssetClass } from '@freshet/market';
import type { Ask, HttpRequest, Provider } from '../provider.ts';
import { dayAfter } from '../wire/zoned-time.ts';
import { readPolygon } from './read.ts';
import { simulatedPrevious, simulatedRange, simulatedRefusals } from './simulated.ts';
import { polygonSymbol } from './symbols.ts';

const CLASSES: AssetClass[] = ['equity', 'etf', 'index', 'fx', 'crypto'];
const TWO_YEARS_DAYS = 730;

function request(path: string, key?: string): HttpRequest {
  return { method: 'GET', path, headers: key ? { authorization: `Bearer ${key}` } : {} };
}

/** Prices as traded (`adjusted=false`), in one page. A range that begins before what the plan reaches is refused as a whole. */
function rangeRequest(ask: Ask<'bars'>): HttpRequest {
  const today = ask.now.toISOString().slice(0, 10);
  const first = dayAfter(today, -TWO_YEARS_DAYS);
  const [from, to] = [ask.from && ask.from > first ? ask.from : first, ask.to ?? today];
  const ticker = encodeURIComponent(polygonSymbol(ask.symbols[0] ?? ''));
  return request(`/v2/aggs/ticker/${ticker}/range/1/day/${from}/${to}?adjusted=false&sort=asc&limit=50000`, ask.key);
}

/**
 * Massive, which was Polygon.io until October 2025. Its free plan has end-of-day prices, two years back, five calls a
 * minute.
 */
export const polygon: Provider = {
  name: 'polygon',
  title: 'Polygon.io (Massive)',
  envPrefix: 'POLYGON',
  baseUrl: 'https://api.massive.com',
  key: 'required',
  state: 'on',
  limits: [{ limit: 5, perSeconds: 60 }],
  concurrency: 2,
  serves: {
    quote: {
      classes: CLASSES,
      batchMax: 1,
      batchBest: 1,
      cost: () => 1,
      accepts: (symbol) => !/[.=]/.test(symbol.replace('=X', '')),
      request: (ask) =>
        request(
          `/v2/aggs/ticker/${encodeURIComponent(polygonSymbol(ask.symbols[0] ?? ''))}/prev?adjusted=false`,
          ask.key,
        ),
      read: (answer, ask) => readPolygon(answer, ask.symbols),
      simulated: simulatedPrevious,
    },
    bars: {
      classes: CLASSES,
      batchMax: 1,
      batchBest: 1,
      cost: () => 1,
      accepts: (symbol) => !/[.=]/.test(symbol.replace('=X', '')),
      historyDays: TWO_YEARS_DAYS,
      request: rangeRequest,
      read: (answer, ask) => readPolygon(answer, ask.symbols),
      simulated: simulatedRange,
    },
  },
  readAny: readPolygon,
  simulatedRefusals,
};
