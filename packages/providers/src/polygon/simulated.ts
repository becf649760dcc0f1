import { type Bar, pairOf } from '@freshet/market';
import { listingOf, sessionEnd } from '../symbols/listings.ts';
import { withAliases } from '../symbols/market-aliases.ts';
import type { SimulatedEndpoint, SimulatedRefusals, SimulatedRequest } from '../provider.ts';
import { asNumber, daysBefore, jsonAnswer } from '../wire/simulated-answer.ts';
import { dateInZone } from '../wire/session-date.ts';
import { unescaped } from '../symbols/spelling.ts';
import { zonedTime } from '../wire/zoned-time.ts';
import { fromPolygon, polygonSymbol } from './symbols.ts';

const REQUEST_ID = '0'.repeat(32);

/** A day bar, stamped at its session's first or last moment. */
function aggregate(bar: Bar, at: 'start' | 'end', ticker?: string): Record<string, unknown> {
  const start = zonedTime(bar.session, listingOf(bar.symbol).zone)?.getTime() ?? 0;
  const t =
    at === 'start' ? start : pairOf(bar.symbol) ? start + 86_399_999 : sessionEnd(bar.symbol, bar.session).getTime();
  const [o, h, l, c] = [bar.open, bar.high, bar.low, bar.close].map(asNumber);
  return {
    ...(ticker ? { T: ticker } : {}),
    ...(bar.volume === null ? {} : { v: asNumber(bar.volume) }),
    o,
    c,
    h,
    l,
    t,
  };
}

function answerOf(ticker: string | null, results: Record<string, unknown>[]) {
  return jsonAnswer({
    ...(ticker ? { ticker } : {}),
    queryCount: results.length,
    resultsCount: results.length,
    adjusted: false,
    ...(results.length > 0 ? { results } : {}),
    status: 'OK',
    request_id: REQUEST_ID,
    ...(results.length > 0 ? { count: results.length } : {}),
  });
}

/** `/v2/aggs/ticker/{t}/prev`: the last session that is over; no `results` for a ticker that nobody knows. */
export const simulatedPrevious: SimulatedEndpoint = {
  match(request) {
    const [, ticker] = /\/aggs\/ticker\/([^/]+)\/prev$/.exec(unescaped(request.path)) ?? [];
    return ticker ? { symbols: [fromPolygon(ticker)], cost: 1 } : null;
  },
  write({ symbols: [symbol = ''] }, view) {
    const market = withAliases(view);
    const today = dateInZone(market.now, listingOf(symbol).zone);
    const ended = market
      .bars(symbol, daysBefore(market.now, 12), today)
      .filter((bar) => sessionEnd(symbol, bar.session) <= market.now);
    const last = ended.at(-1);
    const ticker = polygonSymbol(symbol);
    return answerOf(ticker, last ? [aggregate(last, 'end', ticker)] : []);
  },
};

/** `/v2/aggs/ticker/{t}/range/1/day/{from}/{to}`. */
export const simulatedRange: SimulatedEndpoint = {
  match(request) {
    const path = unescaped(request.path);
    const [, ticker, from, to] = /\/aggs\/ticker\/([^/]+)\/range\/1\/day\/([\d-]+)\/([\d-]+)$/.exec(path) ?? [];
    return ticker && from && to ? { symbols: [fromPolygon(ticker)], from, to, cost: 1 } : null;
  },
  write({ symbols: [symbol = ''], from = '', to = '' }, view, request) {
    const market = withAliases(view);
    const bars = market.bars(symbol, from, to);
    const sorted = request.query.get('sort') === 'desc' ? bars.toReversed() : bars;
    return answerOf(
      polygonSymbol(symbol),
      sorted.slice(0, Number(request.query.get('limit') ?? 5000)).map((bar) => aggregate(bar, 'start')),
    );
  },
};

const failed = (code: number, status: string, more: Record<string, string>) =>
  jsonAnswer({ status, request_id: REQUEST_ID, ...more }, code);

export const simulatedRefusals: SimulatedRefusals = {
  overLimit: () =>
    failed(429, 'ERROR', {
      error:
        "You've exceeded the maximum requests per minute, please wait or upgrade your subscription to continue. https://massive.com/pricing",
    }),
  badKey: () => failed(401, 'ERROR', { error: 'Unknown API Key' }),
  planForbids: () =>
    failed(403, 'NOT_AUTHORIZED', {
      message: 'You are not entitled to this data. Please upgrade your plan at https://massive.com/pricing',
    }),
  notFound: () => failed(404, 'NOT_FOUND', { message: 'Not found' }),
  keyOf(request: SimulatedRequest) {
    const header = request.headers.authorization;
    const value = Array.isArray(header) ? header[0] : header;
    return value?.replace(/^bearer\s+/i, '') ?? request.query.get('apiKey');
  },
};
