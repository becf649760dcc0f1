import type { DecimalText, MarketSymbol, Quote, SessionDate } from '@freshet/market';
import type { SimulatedAnswer, SimulatedEndpoint, SimulatedRefusals, SimulatedRequest } from '../provider.ts';
import { symbolOf } from './symbols.ts';

const DAY_MS = 86_400_000;

/** Everything is HTTP 200 here, errors too. */
const answered = (body: unknown): SimulatedAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=UTF-8' },
  body: JSON.stringify(body),
});

const failed = (Message: string, Type: number, more: Record<string, unknown> = {}) =>
  answered({ Response: 'Error', Message, HasWarning: false, Type, RateLimit: {}, Data: {}, ...more });

const number = (value: DecimalText | null | undefined) => Number(value ?? 0);

const list = (request: SimulatedRequest, name: string) =>
  (request.query.get(name) ?? '').toUpperCase().split(',').filter(Boolean);

function pairsIn(request: SimulatedRequest): { fsym: string; tsym: string; symbol: MarketSymbol }[] {
  return list(request, 'fsyms').flatMap((fsym) =>
    list(request, 'tsyms').flatMap((tsym) => {
      const symbol = symbolOf(fsym, tsym);
      return symbol ? [{ fsym, tsym, symbol }] : [];
    }),
  );
}

/** `/data/pricemultifull`: unknown coins are left out; when none is left it is an error. */
export const simulatedPrices: SimulatedEndpoint = {
  match: (request) =>
    request.path === '/data/pricemultifull' ? { symbols: pairsIn(request).map(({ symbol }) => symbol), cost: 1 } : null,
  write: (_asked, market, request) => {
    const raw: Record<string, Record<string, unknown>> = {};
    for (const { fsym, tsym, symbol } of pairsIn(request)) {
      const quote = market.quote(symbol);
      if (!quote) continue;
      raw[fsym] = { ...raw[fsym], [tsym]: writeFull(fsym, tsym, quote) };
    }
    if (Object.keys(raw).length > 0) return answered({ RAW: raw, DISPLAY: {} });
    const pair = `${list(request, 'fsyms')[0]}-${list(request, 'tsyms')[0]}`;
    return failed(`cccagg_or_exchange market does not exist for this coin pair (${pair})`, 1);
  },
};

function writeFull(fsym: string, tsym: string, quote: Quote): Record<string, unknown> {
  const [price, open] = [number(quote.price), number(quote.open ?? quote.price)];
  return {
    TYPE: '5',
    MARKET: 'CCCAGG',
    FROMSYMBOL: fsym,
    TOSYMBOL: tsym,
    FLAGS: '2052',
    PRICE: price,
    LASTUPDATE: Math.floor(quote.quoteTime.getTime() / 1000),
    LASTVOLUME: 0.01,
    VOLUME24HOUR: number(quote.volume),
    VOLUME24HOURTO: number(quote.volume) * price,
    OPEN24HOUR: number(quote.open),
    HIGH24HOUR: number(quote.high),
    LOW24HOUR: number(quote.low),
    LASTMARKET: 'Coinbase',
    CHANGE24HOUR: price - open,
    CHANGEPCT24HOUR: (price / open - 1) * 100,
    MKTCAP: number(quote.marketCap),
  };
}

/** `/data/v2/histoday`: `limit + 1` days up to that of `toTs`. */
export const simulatedDays: SimulatedEndpoint = {
  match: (request) => {
    if (!/^\/data\/(v2\/)?histoday$/.test(request.path)) return null;
    const symbol = symbolOf(request.query.get('fsym') ?? '', request.query.get('tsym') ?? '');
    return { symbols: symbol ? [symbol] : [], cost: 1 };
  },
  write: ({ symbols: [symbol = ''] }, market, request) => {
    const end = Math.min(Number(request.query.get('toTs') ?? Number.POSITIVE_INFINITY) * 1000, market.now.getTime());
    const from = dateOf(end - Number(request.query.get('limit') ?? 30) * DAY_MS);
    const bars = market.bars(symbol, from, dateOf(end));
    if (bars.length === 0 && !market.quote(symbol)) {
      return failed(`CCCAGG market does not exist for this coin pair (${symbol})`, 2, { ParamWithError: 'fsym' });
    }
    const rows = bars.map((bar) => ({
      time: Date.parse(`${bar.session}T00:00:00Z`) / 1000,
      high: number(bar.high),
      low: number(bar.low),
      open: number(bar.open),
      volumefrom: number(bar.volume),
      volumeto: number(bar.volume) * number(bar.close),
      close: number(bar.close),
      conversionType: 'direct',
      conversionSymbol: '',
    }));
    const times = { TimeFrom: rows[0]?.time ?? 0, TimeTo: rows.at(-1)?.time ?? 0 };
    const Data = request.path.includes('/v2/') ? { Aggregated: false, ...times, Data: rows } : rows;
    return answered({ Response: 'Success', Message: '', HasWarning: false, Type: 100, RateLimit: {}, ...times, Data });
  },
};

const dateOf = (time: number): SessionDate => new Date(time).toISOString().slice(0, 10);

const NAMES: [number, string][] = [
  [1, 'second'],
  [60, 'minute'],
  [3600, 'hour'],
  [86_400, 'day'],
  [Number.POSITIVE_INFINITY, 'month'],
];

export const cryptocompareRefusals: SimulatedRefusals = {
  overLimit: (window) => {
    const name = NAMES.find(([seconds]) => window.perSeconds <= seconds)?.[1] ?? 'month';
    const RateLimit = { calls_made: { [name]: window.used + 1 }, max_calls: { [name]: window.limit } };
    return failed('You are over your rate limit please upgrade your account!', 99, { RateLimit });
  },
  badKey: () => failed('You need a valid auth key or api key to access this endpoint', 1),
  planForbids: () => failed('This endpoint is not available for your subscription, please upgrade your plan.', 1),
  notFound: () => failed('Path does not exist', 1),
  keyOf: (request) => {
    const header = [request.headers.authorization ?? []].flat()[0];
    return /^apikey\s+(.+)$/i.exec(header ?? '')?.[1] ?? request.query.get('api_key');
  },
};
