import type { SimulatedAnswer, SimulatedRequest } from '@freshet/providers';

/**
 * How the real provider treats a request that lacks what every call must name, or exceeds what one call of the free plan
 * may ask for: it refuses it (an answer), or silently serves a part of it (a smaller request). Null: the request is within
 * the terms.
 */
export type Terms = (request: SimulatedRequest, now: Date) => SimulatedAnswer | SimulatedRequest | null;

/** Keyed like the limits: by the prefix of the provider's environment variables, in lower case. */
export const TERMS: Record<string, Terms> = {
  /** More than 99 symbols fail. The format of that failure isn't documented; this one is a guess. */
  yahoo({ path, query }) {
    if (!path.endsWith('/finance/quote') || listed(query, 'symbols').length <= 99) return null;
    const error = { code: 'Bad Request', description: 'Too many symbols requested' };
    return json(400, { finance: { result: null, error } });
  },

  /** The free plan is of American names; `BRK.B` is one, `VOD.L` and `RY.TO` are not. */
  finnhub({ query }) {
    const isForeign = /^[^:]+\.([FLTV]|[A-Z]{2,})$/.test(query.get('symbol') ?? '');
    return isForeign ? json(403, { error: "You don't have access to this resource." }) : null;
  },

  /** The free plan is of American names, and of some of those; classes of shares have a dash there, exchanges a dot. */
  fmp({ query }) {
    const symbol = query.get('symbol');
    if (!symbol) return text(400, 'Query Error: Invalid or missing query parameter - symbol');
    if (!symbol.includes('.')) return null;
    return text(
      402,
      "Premium Query Parameter: 'Special Endpoint : This value set for 'symbol' is not available under your current subscription please visit our subscription page to upgrade your plan",
    );
  },

  /** A quote is of a symbol. More than the newest hundred days are for paid plans. */
  alpha_vantage({ query }) {
    const asked = query.get('function');
    if (asked === 'GLOBAL_QUOTE' && !query.get('symbol')) {
      const page = 'https://www.alphavantage.co/documentation/';
      return json(200, {
        'Error Message': `Invalid API call. Please retry or visit the documentation (${page}) for ${asked}.`,
      });
    }
    if (asked !== 'TIME_SERIES_DAILY' || query.get('outputsize') !== 'full') return null;
    const Information =
      'Thank you for using Alpha Vantage! The outputsize=full parameter value is a premium feature for the TIME_SERIES_DAILY endpoint. You may subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to instantly unlock all premium features';
    return json(200, { Information });
  },

  /** A call brings at most a thousand klines, however many it asks for. */
  binance(request) {
    if (!request.path.endsWith('/klines') || Number(request.query.get('limit')) <= 1000) return null;
    const query = new URLSearchParams(request.query);
    query.set('limit', '1000');
    return { ...request, query };
  },

  twelve_data({ query }) {
    if (listed(query, 'symbol').length <= 120) return null;
    const message = 'The maximum number of symbols in a batch request is 120.';
    return json(400, { code: 400, message, status: 'error' });
  },

  /** A page holds 100 coins by default and 250 at most. Ids after a space are ignored. */
  coingecko(request) {
    const ids = request.query.get('ids');
    if (ids === null) return null;
    const page = Math.min(Number(request.query.get('per_page') ?? 100), 250);
    const read = (/^[^\s]*/.exec(ids)?.[0] ?? '').split(',').filter(Boolean);
    const kept = request.path.endsWith('/coins/markets') ? read.slice(0, page) : read;
    const query = new URLSearchParams(request.query);
    query.set('ids', kept.join(','));
    return { ...request, query };
  },

  cryptocompare({ query }) {
    if ((query.get('fsyms') ?? '').length <= 300) return null;
    const Message = 'fsyms param seems to be too long, the maximum length is 300 characters.';
    return json(200, {
      Response: 'Error',
      Message,
      HasWarning: false,
      Type: 2,
      RateLimit: {},
      Data: {},
      ParamWithError: 'fsyms',
    });
  },

  iex_cloud({ query }) {
    if (listed(query, 'symbols').length <= 100) return null;
    return { status: 400, headers: { 'content-type': 'text/html; charset=utf-8' }, body: 'Batch limit is 100 symbols' };
  },

  /** The free plan reaches two years back. */
  polygon({ path }, now) {
    const [, from] = /\/range\/1\/day\/(\d{4}-\d{2}-\d{2})/.exec(path) ?? [];
    if (from === undefined || Date.parse(from) >= now.getTime() - TWO_YEARS_MS) return null;
    const message =
      "Your plan doesn't include this data timeframe. Please upgrade your plan at https://massive.com/pricing";
    return json(403, { status: 'NOT_AUTHORIZED', request_id: 'simulated', message });
  },
};

const DAY_MS = 86_400_000;
const TWO_YEARS_MS = 732 * DAY_MS;

function listed(query: URLSearchParams, name: string): string[] {
  return (query.get(name) ?? '').split(',').filter(Boolean);
}

function text(status: number, body: string): SimulatedAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

function json(status: number, body: object): SimulatedAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
