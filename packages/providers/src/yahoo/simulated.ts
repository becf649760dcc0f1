import { Amount, classOfSymbol, type EarningsDate, type Quote } from '@freshet/market';
import type { MarketView, SimulatedEndpoint, SimulatedRefusals } from '../provider.ts';
import { momentInZone } from '../wire/session-date.ts';
import { unescaped } from '../symbols/spelling.ts';
import { writeChart } from './simulated-chart.ts';
import { JSON_TYPE, listingAtYahoo, wireNumber, yahooSymbol, wireUnit } from './simulated-listing.ts';

const QUOTE_TYPES = {
  equity: 'EQUITY',
  etf: 'ETF',
  index: 'INDEX',
  crypto: 'CRYPTOCURRENCY',
  fx: 'CURRENCY',
  commodity: 'FUTURE',
};

/** `/v7/finance/quote`: unknown symbols are left out, also when none is left. */
export const simulatedQuotes: SimulatedEndpoint = {
  match: (request) => {
    if (!/^\/v\d\/finance\/quote$/.test(request.path)) return null;
    const symbols = (request.query.get('symbols') ?? '').split(',').filter(Boolean);
    return { symbols: symbols.map((one) => one.toUpperCase()), cost: 1 };
  },
  write: ({ symbols }, market) => {
    const result = symbols.flatMap((symbol) => {
      const quote = market.quote(symbol);
      return quote ? writeQuote(quote, market.earnings(symbol), market) : [];
    });
    return { status: 200, headers: JSON_TYPE, body: JSON.stringify({ quoteResponse: { result, error: null } }) };
  },
};

function writeQuote(quote: Quote, earnings: EarningsDate | undefined, market: MarketView): Record<string, unknown> {
  const { zone, exchange } = listingAtYahoo(quote.symbol);
  const { code, times } = wireUnit(quote.symbol, quote.currency);
  const change = quote.previousClose ? new Amount(quote.price).minus(quote.previousClose) : null;
  return {
    language: 'en-US',
    region: 'US',
    quoteType: QUOTE_TYPES[classOfSymbol(quote.symbol)],
    triggerable: true,
    currency: code,
    exchange,
    exchangeTimezoneName: zone,
    marketState: 'REGULAR',
    regularMarketPrice: wireNumber(quote.price, times),
    regularMarketOpen: wireNumber(quote.open, times),
    regularMarketDayHigh: wireNumber(quote.high, times),
    regularMarketDayLow: wireNumber(quote.low, times),
    regularMarketPreviousClose: wireNumber(quote.previousClose, times),
    regularMarketChange: change?.times(times).toNumber(),
    regularMarketChangePercent: change
      ?.div(quote.previousClose ?? 1)
      .times(100)
      .toNumber(),
    regularMarketVolume: wireNumber(quote.volume),
    regularMarketTime: Math.floor(quote.quoteTime.getTime() / 1000),
    marketCap: wireNumber(quote.marketCap),
    sourceInterval: 15,
    exchangeDataDelayedBy: Math.round(quote.delayS / 60),
    ...(earnings ? writeEarnings(earnings, zone, market) : {}),
    tradeable: false,
    symbol: yahooSymbol(quote.symbol),
  };
}

/** Half past four after the close, seven before the open, noon of the first day of a span when nobody has said. */
function writeEarnings({ date, when }: EarningsDate, zone: string, market: MarketView): Record<string, unknown> {
  const minute = { before_open: 7 * 60, after_close: 16 * 60 + 30, unknown: 12 * 60 }[when];
  const at = momentInZone(date, minute, zone).getTime() / 1000;
  const estimate = when === 'unknown' && at * 1000 > market.now.getTime();
  return {
    earningsTimestamp: at,
    earningsTimestampStart: at,
    earningsTimestampEnd: estimate ? at + 4 * 86_400 : at,
    isEarningsDateEstimate: estimate,
  };
}

/** `/v8/finance/chart/{symbol}`. */
export const simulatedChart: SimulatedEndpoint = {
  match: (request) => {
    const symbol = /^\/v8\/finance\/chart\/([^/]+)$/.exec(request.path)?.[1];
    if (!symbol) return null;
    const dateOf = (name: string, plusMs: number) => {
      const time = Number(request.query.get(name) ?? Number.NaN) * 1000 + plusMs;
      return Number.isFinite(time) ? new Date(time).toISOString().slice(0, 10) : undefined;
    };
    const from = dateOf('period1', 14 * 3_600_000);
    return { symbols: [unescaped(symbol).toUpperCase()], from, to: dateOf('period2', 0), cost: 1 };
  },
  write: writeChart,
};

/** How Yahoo refuses: a plain sentence, without saying until when. */
export const yahooRefusals: SimulatedRefusals = {
  overLimit: () => ({ status: 429, headers: { 'content-type': 'text/html' }, body: 'Edge: Too Many Requests' }),
  notFound: () => ({
    status: 404,
    headers: JSON_TYPE,
    body: JSON.stringify({
      finance: { result: null, error: { code: 'Not Found', description: 'HTTP 404 Not Found' } },
    }),
  }),
};
