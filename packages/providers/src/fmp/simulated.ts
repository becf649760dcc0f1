import { type MarketSymbol, type Quote, classOfSymbol } from '@freshet/market';
import { withAliases } from '../symbols/market-aliases.ts';
import type { SimulatedEndpoint, SimulatedRefusals, SimulatedRequest } from '../provider.ts';
import {
  asNumber,
  barOnWire,
  changeOf,
  daysBefore,
  jsonAnswer,
  quoteOnWire,
  textAnswer,
} from '../wire/simulated-answer.ts';
import { speltAs } from '../symbols/spelling.ts';
import { fmpSymbol, fromFmp } from './symbols.ts';

const EXCHANGES: Record<string, string> = {
  crypto: 'CRYPTO',
  fx: 'FOREX',
  index: 'INDEX',
  commodity: 'COMMODITY',
  etf: 'AMEX',
};

function askedOf(request: SimulatedRequest, path: RegExp) {
  if (!path.test(request.path)) return null;
  const wire = request.query.get('symbol') ?? '';
  const [from, to] = [request.query.get('from') ?? undefined, request.query.get('to') ?? undefined];
  // A comma list is one name that nobody knows: the free plan answers it with an empty list.
  return { symbols: speltAs(wire, { toWire: fmpSymbol, fromWire: fromFmp }), from, to, cost: 1 };
}

/** `/stable/quote`. */
export const simulatedQuote: SimulatedEndpoint = {
  match: (request) => askedOf(request, /\/stable\/quote$/),
  write({ symbols: [symbol = ''] }, view) {
    const market = withAliases(view);
    const quote = market.quote(symbol);
    return jsonAnswer(quote ? [rowOf(symbol, quoteOnWire(quote))] : []);
  },
};

function rowOf(symbol: MarketSymbol, quote: Quote): Record<string, unknown> {
  const { change, percent } = changeOf(quote.price, quote.previousClose);
  return {
    symbol: fmpSymbol(symbol),
    name: fmpSymbol(symbol),
    price: asNumber(quote.price),
    changePercentage: percent,
    change,
    volume: asNumber(quote.volume) ?? 0,
    dayLow: asNumber(quote.low),
    dayHigh: asNumber(quote.high),
    yearHigh: asNumber(quote.high),
    yearLow: asNumber(quote.low),
    marketCap: asNumber(quote.marketCap),
    priceAvg50: asNumber(quote.price),
    priceAvg200: asNumber(quote.price),
    exchange: EXCHANGES[classOfSymbol(symbol)] ?? 'NASDAQ',
    open: asNumber(quote.open),
    previousClose: asNumber(quote.previousClose),
    timestamp: Math.floor(quote.quoteTime.getTime() / 1000),
  };
}

/** `/stable/historical-price-eod/non-split-adjusted`: prices as traded, under names that say the contrary; newest first. */
export const simulatedBars: SimulatedEndpoint = {
  match: (request) => askedOf(request, /\/stable\/historical-price-eod\/(non-split-adjusted|full)$/),
  write({ symbols: [symbol = ''], from, to }, view, request) {
    const market = withAliases(view);
    const days = market.bars(
      symbol,
      from ?? daysBefore(market.now, 5 * 365),
      to ?? market.now.toISOString().slice(0, 10),
    );
    const raw = request.path.endsWith('non-split-adjusted');
    const rows = days
      .map(barOnWire)
      .toReversed()
      .map((bar) => {
        const [open, high, low, close] = [bar.open, bar.high, bar.low, bar.close].map(asNumber);
        const prices = raw
          ? { adjOpen: open, adjHigh: high, adjLow: low, adjClose: close }
          : { open, high, low, close };
        return { symbol: fmpSymbol(symbol), date: bar.session, ...prices, volume: asNumber(bar.volume) ?? 0 };
      });
    return jsonAnswer(rows);
  },
};

/** `/stable/earnings`. */
export const simulatedEarnings: SimulatedEndpoint = {
  match: (request) => askedOf(request, /\/stable\/earnings$/),
  write({ symbols: [symbol = ''] }, market) {
    const next = market.earnings(symbol);
    const row = next && {
      symbol: fmpSymbol(symbol),
      date: next.date,
      epsActual: null,
      epsEstimated: null,
      revenueActual: null,
      revenueEstimated: null,
      lastUpdated: market.now.toISOString().slice(0, 10),
    };
    return jsonAnswer(row ? [row] : []);
  },
};

const DOCS = 'https://site.financialmodelingprep.com';

export const simulatedRefusals: SimulatedRefusals = {
  overLimit: () =>
    jsonAnswer(
      {
        'Error Message': `Limit Reach . Please upgrade your plan or visit our documentation for more details at ${DOCS}/`,
      },
      429,
    ),
  badKey: () =>
    jsonAnswer(
      {
        'Error Message': `Invalid API KEY. Feel free to create a Free API Key or visit ${DOCS}/faqs?search=why-is-my-api-key-invalid for more information.`,
      },
      401,
    ),
  planForbids: () =>
    textAnswer(
      "Premium Query Parameter: 'Special Endpoint : This value set for 'symbol' is not available under your current subscription please visit our subscription page to upgrade your plan",
      402,
    ),
  notFound: (request) =>
    /\/api\/v[34]\//.test(request.path)
      ? jsonAnswer(
          {
            'Error Message': `Legacy Endpoint : Due to Legacy endpoints being no longer supported - This endpoint is only available for legacy users who have valid subscriptions prior August 31, 2025. Please visit our documentation page ${DOCS}/developer/docs for our current APIs.`,
          },
          403,
        )
      : jsonAnswer([], 404),
  keyOf: (request) => request.query.get('apikey'),
};
