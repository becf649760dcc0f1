import { type Bar, type MarketSymbol, type Quote, classOfSymbol } from '@freshet/market';
import { listingOf } from '../symbols/listings.ts';
import { withAliases } from '../symbols/market-aliases.ts';
import type { MarketView, SimulatedAnswer, SimulatedEndpoint, SimulatedRequest } from '../provider.ts';
import { dateInZone } from '../wire/session-date.ts';
import { changeOf, daysBefore, jsonAnswer, padded } from '../wire/simulated-answer.ts';
import { fromTwelveData, twelveDataSymbol } from './symbols.ts';

const UNKNOWN = {
  code: 404,
  message:
    '**symbol** or **figi** parameter is missing or invalid. Please provide a valid symbol according to API documentation: https://twelvedata.com/docs#reference-data',
  status: 'error',
};

function askedOf(request: SimulatedRequest, path: RegExp) {
  if (!path.test(request.path)) return null;
  const symbols = namesOf(request).map((name) => fromTwelveData(name));
  return {
    symbols,
    from: request.query.get('start_date') ?? undefined,
    to: request.query.get('end_date') ?? undefined,
    cost: Math.max(1, symbols.length),
  };
}

const namesOf = (request: SimulatedRequest): string[] =>
  (request.query.get('symbol') ?? '').split(',').filter((name) => name !== '');

/** One symbol bare, several keyed by their names; a name that nobody knows fails alone in a batch. */
function answerOf(
  symbols: MarketSymbol[],
  one: (symbol: MarketSymbol) => Record<string, unknown> | null,
): SimulatedAnswer {
  const [first] = symbols;
  if (first === undefined) return jsonAnswer(UNKNOWN, 404);
  if (symbols.length > 1) {
    return jsonAnswer(Object.fromEntries(symbols.map((symbol) => [twelveDataSymbol(symbol), one(symbol) ?? UNKNOWN])));
  }
  const body = one(first);
  return body ? jsonAnswer(body) : jsonAnswer(UNKNOWN, 404);
}

/** `/quote`. */
export const simulatedQuote: SimulatedEndpoint = {
  match: (request) => askedOf(request, /\/quote$/),
  write: ({ symbols }, market) => answerOf(symbols, (symbol) => quoteOf(symbol, withAliases(market))),
};

function quoteOf(symbol: MarketSymbol, market: MarketView): Record<string, unknown> | null {
  const quote: Quote | undefined = market.quote(symbol);
  if (!quote) return null;
  const { change, percent } = changeOf(quote.price, quote.previousClose);
  const seconds = Math.floor(quote.quoteTime.getTime() / 1000);
  return {
    symbol: twelveDataSymbol(symbol),
    name: twelveDataSymbol(symbol),
    ...exchangeOf(symbol),
    datetime: dateInZone(quote.quoteTime, listingOf(symbol).zone),
    timestamp: seconds,
    last_quote_at: seconds,
    open: padded(quote.open ?? quote.price, 5),
    high: padded(quote.high ?? quote.price, 5),
    low: padded(quote.low ?? quote.price, 5),
    close: padded(quote.price, 5),
    ...(classOfSymbol(symbol) === 'fx' ? {} : { volume: quote.volume ?? '0' }),
    previous_close: padded(quote.previousClose ?? quote.price, 5),
    change: change.toFixed(5),
    percent_change: percent.toFixed(5),
    is_market_open: true,
  };
}

function exchangeOf(symbol: MarketSymbol): Record<string, string> {
  if (classOfSymbol(symbol) === 'fx') return { exchange: 'Forex' };
  if (classOfSymbol(symbol) === 'crypto') return { exchange: 'Coinbase Pro' };
  return { exchange: 'NASDAQ', mic_code: 'XNGS', currency: listingOf(symbol).unit };
}

/** `/time_series` with `interval=1day`, newest day first. */
export const simulatedBars: SimulatedEndpoint = {
  match: (request) => (request.query.get('interval') === '1day' ? askedOf(request, /\/time_series$/) : null),
  write({ symbols, from, to }, view, request) {
    const market = withAliases(view);
    const last = to ?? market.now.toISOString().slice(0, 10);
    const size = Number(request.query.get('outputsize') ?? (from ? 5000 : 30));
    return answerOf(symbols, (symbol) => {
      const days = market.bars(symbol, from ?? daysBefore(market.now, 2 * size), last).slice(-size);
      if (days.length === 0) {
        return market.quote(symbol)
          ? {
              code: 400,
              message: 'No data is available on the specified dates. Try setting different start/end dates.',
              status: 'error',
            }
          : null;
      }
      return { meta: metaOf(symbol), values: days.toReversed().map(valueOf), status: 'ok' };
    });
  },
};

function metaOf(symbol: MarketSymbol): Record<string, string> {
  const zone = listingOf(symbol).zone;
  const type =
    { fx: 'Physical Currency', crypto: 'Digital Currency' }[classOfSymbol(symbol) as string] ?? 'Common Stock';
  return { symbol: twelveDataSymbol(symbol), interval: '1day', ...exchangeOf(symbol), exchange_timezone: zone, type };
}

function valueOf(bar: Bar): Record<string, string> {
  return {
    datetime: bar.session,
    open: padded(bar.open ?? bar.close, 5),
    high: padded(bar.high ?? bar.close, 5),
    low: padded(bar.low ?? bar.close, 5),
    close: padded(bar.close, 5),
    ...(bar.volume === null ? {} : { volume: bar.volume }),
  };
}
