import type { MarketSymbol } from '@freshet/market';
import type { SimulatedEndpoint, SimulatedRefusals, SimulatedRequest } from '../provider.ts';
import { asNumber, changeOf, jsonAnswer } from '../wire/simulated-answer.ts';
import { speltAs } from '../symbols/spelling.ts';
import { finnhubSymbol, fromFinnhub } from './symbols.ts';

const HOUR = { before_open: 'bmo', after_close: 'amc', unknown: '' } as const;

function asked(request: SimulatedRequest): { symbols: MarketSymbol[]; cost: number } {
  const wire = request.query.get('symbol') ?? '';
  return { symbols: speltAs(wire, { toWire: finnhubSymbol, fromWire: fromFinnhub }), cost: 1 };
}

/** `/quote`: zeros and nulls for a name that the market doesn't know. */
export const simulatedQuote: SimulatedEndpoint = {
  match: (request) => (request.path.endsWith('/quote') ? asked(request) : null),
  write({ symbols: [symbol = ''] }, market) {
    const quote = market.quote(symbol);
    if (!quote) return jsonAnswer({ c: 0, d: null, dp: null, h: 0, l: 0, o: 0, pc: 0, t: 0 });
    const { change, percent } = changeOf(quote.price, quote.previousClose);
    return jsonAnswer({
      c: asNumber(quote.price),
      d: change,
      dp: percent,
      h: asNumber(quote.high) ?? 0,
      l: asNumber(quote.low) ?? 0,
      o: asNumber(quote.open) ?? 0,
      pc: asNumber(quote.previousClose) ?? 0,
      t: Math.floor(quote.quoteTime.getTime() / 1000),
    });
  },
};

/** `/calendar/earnings`: an empty list for a name without a date. */
export const simulatedEarnings: SimulatedEndpoint = {
  match: (request) => (request.path.endsWith('/calendar/earnings') ? asked(request) : null),
  write({ symbols: [symbol = ''] }, market, request) {
    const next = market.earnings(symbol);
    const row = next && {
      date: next.date,
      epsActual: null,
      epsEstimate: null,
      hour: HOUR[next.when],
      quarter: Math.floor(Number(next.date.slice(5, 7)) / 3.1) + 1,
      revenueActual: null,
      revenueEstimate: null,
      symbol: request.query.get('symbol'),
      year: Number(next.date.slice(0, 4)),
    };
    return jsonAnswer({ earningsCalendar: row ? [row] : [] });
  },
};

export const simulatedRefusals: SimulatedRefusals = {
  overLimit: (window, _request, now) =>
    jsonAnswer({ error: 'API limit reached. Please try again later. Remaining Limit: 0' }, 429, {
      'x-ratelimit-limit': String(window.limit),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.ceil(Math.max(window.resetsAt.getTime(), now.getTime()) / 1000)),
    }),
  badKey: () => jsonAnswer({ error: 'Invalid API key.' }, 401),
  planForbids: () => jsonAnswer({ error: "You don't have access to this resource." }, 403),
  notFound: () => jsonAnswer({ error: 'Not found.' }, 404),
  headers(windows): Record<string, string> {
    const minute = windows.find((window) => window.perSeconds === 60);
    if (!minute) return {};
    return {
      'x-ratelimit-limit': String(minute.limit),
      'x-ratelimit-remaining': String(minute.remaining),
      'x-ratelimit-reset': String(Math.ceil(minute.resetsAt.getTime() / 1000)),
    };
  },
  keyOf(request) {
    const header = request.headers['x-finnhub-token'];
    return (Array.isArray(header) ? header[0] : header) ?? request.query.get('token');
  },
};
