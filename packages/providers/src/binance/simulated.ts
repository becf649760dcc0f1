import { Amount, type Bar, type DecimalText, type MarketSymbol, type Quote } from '@freshet/market';
import type {
  MarketView,
  SimulatedAnswer,
  SimulatedEndpoint,
  SimulatedRefusals,
  SimulatedRequest,
} from '../provider.ts';
import { tickerWeight } from './weight.ts';
import { padded } from '../wire/simulated-answer.ts';
import { binanceSymbol } from './symbols.ts';

const JSON_TYPE = { 'content-type': 'application/json;charset=UTF-8' };

/** Binance writes every amount as text with eight decimals. */
function text(value: DecimalText | null | undefined, rate: DecimalText = '1'): string {
  if (rate === '1' && value && /^\d+(\.\d{1,8})?$/.test(value)) return padded(value, 8);
  return new Amount(value ?? 0).div(rate).toFixed(8);
}

const answered = (body: unknown, status = 200): SimulatedAnswer => ({
  status,
  headers: JSON_TYPE,
  body: JSON.stringify(body),
});
const INVALID_SYMBOL = { code: -1121, msg: 'Invalid symbol.' };
const DUPLICATES = { code: -1101, msg: "Duplicate values for parameter 'symbols'." };

/**
 * What a dollar price is divided by to be one in USDT: what the simulated market pays for a USDT. Whatever a fault makes of
 * that price, too: a jump of all prices would be divided away again.
 */
function perTether(symbol: MarketSymbol, { truth, ...market }: MarketView): DecimalText {
  return symbol.endsWith('-USD') ? ((truth ?? market).quote('USDT-USD')?.price ?? '1') : '1';
}

/** A market's quote as Binance has it; its dollar pairs are against USDT. */
function marketQuote(wire: string, market: MarketView): { quote: Quote; rate: DecimalText } | undefined {
  const symbol = symbolsOfMarket(wire).find((one) => market.quote(one));
  const quote = symbol ? market.quote(symbol) : undefined;
  return quote && { quote, rate: perTether(quote.symbol, market) };
}

/** The canonical symbols that a market may stand for, the likelier one first. */
function symbolsOfMarket(wire: string): MarketSymbol[] {
  const quotes = ['USDT', 'USDC', 'EUR', 'BRL', 'JPY', 'BTC', 'ETH'].filter((one) => wire.endsWith(one));
  return quotes.flatMap((quote) => {
    const base = wire.slice(0, -quote.length);
    return [...(quote === 'USDT' ? [`${base}-USD`] : []), `${base}-${quote}`].filter(
      (one) => binanceSymbol(one) === wire,
    );
  });
}

function namesIn(request: SimulatedRequest): string[] {
  const list = request.query.get('symbols');
  if (!list) return [request.query.get('symbol') ?? ''].filter(Boolean);
  try {
    const names: unknown = JSON.parse(list);
    return Array.isArray(names) ? names.map(String) : [];
  } catch {
    return [];
  }
}

/** `/api/v3/ticker/24hr`: one unknown symbol fails the call, and the error doesn't say which. */
export const simulatedTickers: SimulatedEndpoint = {
  match: (request) => {
    if (request.path !== '/api/v3/ticker/24hr') return null;
    const names = namesIn(request);
    return { symbols: names.map((name) => symbolsOfMarket(name)[0] ?? name), cost: tickerWeight(names.length || 1000) };
  },
  write: (_asked, market, request) => {
    const names = namesIn(request);
    const found = names.map((name) => ({ name, known: marketQuote(name, market) }));
    if (found.length === 0) return answered({ code: -1128, msg: 'Combination of optional parameters invalid.' }, 400);
    if (found.some(({ known }) => !known)) return answered(INVALID_SYMBOL, 400);
    if (new Set(names).size < names.length) return answered(DUPLICATES, 400);
    const tickers = found.flatMap(({ name, known }) => (known ? writeTicker(name, known.quote, known.rate) : []));
    return answered(request.query.has('symbols') ? tickers : tickers[0]);
  },
};

function writeTicker(name: string, quote: Quote, rate: DecimalText): Record<string, unknown> {
  const before = quote.previousClose ?? quote.open;
  const change = new Amount(quote.price).minus(before ?? quote.price);
  return {
    symbol: name,
    priceChange: change.div(rate).toFixed(8),
    priceChangePercent: change
      .div(before ?? quote.price)
      .times(100)
      .toFixed(3),
    weightedAvgPrice: text(quote.price, rate),
    prevClosePrice: text(quote.previousClose, rate),
    lastPrice: text(quote.price, rate),
    lastQty: '0.01000000',
    bidPrice: text(quote.price, rate),
    askPrice: text(quote.price, rate),
    openPrice: text(quote.open, rate),
    highPrice: text(quote.high, rate),
    lowPrice: text(quote.low, rate),
    volume: text(quote.volume),
    quoteVolume: new Amount(quote.volume ?? 0).times(quote.price).toFixed(8),
    openTime: quote.quoteTime.getTime() - 86_400_000,
    closeTime: quote.quoteTime.getTime(),
    firstId: 1,
    lastId: 100,
    count: 100,
  };
}

/** `/api/v3/klines`: the first `limit` days from `startTime`. */
export const simulatedKlines: SimulatedEndpoint = {
  match: (request) => {
    if (request.path !== '/api/v3/klines') return null;
    const date = (name: string) => {
      const time = request.query.get(name);
      return time ? new Date(Number(time)).toISOString().slice(0, 10) : undefined;
    };
    const name = request.query.get('symbol') ?? '';
    return { symbols: [symbolsOfMarket(name)[0] ?? name], from: date('startTime'), to: date('endTime'), cost: 2 };
  },
  write: ({ from, to }, market, request) => {
    const name = request.query.get('symbol') ?? '';
    if (request.query.get('interval') !== '1d') return answered({ code: -1120, msg: 'Invalid interval.' }, 400);
    const today = market.now.toISOString().slice(0, 10);
    const symbols = symbolsOfMarket(name);
    const known = symbols.find((one) => market.quote(one) || market.bars(one, '2009-01-01', today).length > 0);
    if (!known) return answered(INVALID_SYMBOL, 400);
    const rate = perTether(known, market);
    const limit = Number(request.query.get('limit') ?? 500);
    const bars = market.bars(known, from ?? '2009-01-01', to ?? today);
    return answered((from ? bars.slice(0, limit) : bars.slice(-limit)).map((bar) => writeKline(bar, rate)));
  },
};

function writeKline(bar: Bar, rate: DecimalText): unknown[] {
  const opened = Date.parse(`${bar.session}T00:00:00Z`);
  const prices = [bar.open, bar.high, bar.low, bar.close].map((price) => text(price ?? bar.close, rate));
  return [opened, ...prices, text(bar.volume), opened + 86_399_999, text('0'), 100, text('0'), text('0'), '0'];
}

/** 429 with `Retry-After`; whoever goes on asking is banned with 418 and finds the ban's end in the text. */
export const binanceRefusals: SimulatedRefusals = {
  overLimit: (window, _request, now, bannedUntil) => {
    const until = bannedUntil ?? window.resetsAt;
    const retryAfter = String(Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000)));
    const msg = bannedUntil
      ? `Way too much request weight used; IP banned until ${bannedUntil.getTime()}. Please use WebSocket Streams for live updates to avoid bans.`
      : `Too much request weight used; current limit is ${window.limit} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`;
    const headers = { ...JSON_TYPE, 'retry-after': retryAfter };
    return { status: bannedUntil ? 418 : 429, headers, body: JSON.stringify({ code: -1003, msg }) };
  },
  notFound: () => ({
    status: 404,
    headers: { 'content-type': 'text/html' },
    body: '<html><body><h2>404 Not found</h2></body></html>',
  }),
  headers: (windows): Record<string, string> => {
    const minute = windows.find((window) => window.counts === 'cost' && window.perSeconds === 60);
    return minute ? { 'x-mbx-used-weight': String(minute.used), 'x-mbx-used-weight-1m': String(minute.used) } : {};
  },
};
