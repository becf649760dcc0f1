import type { MarketSymbol } from '@freshet/market';
import { sessionEnd } from '../symbols/listings.ts';
import type { MarketView, SimulatedEndpoint, SimulatedRefusals, SimulatedRequest } from '../provider.ts';
import { asNumber, changeOf, daysBefore, jsonAnswer, textAnswer } from '../wire/simulated-answer.ts';
import { unescaped } from '../symbols/spelling.ts';
import { CHART_RANGES } from './ranges.ts';
import { fromIex, iexSymbol } from './symbols.ts';

const unknown = () => textAnswer('Unknown symbol', 404, 'text/html; charset=utf-8');

function quoteOf(symbol: MarketSymbol, market: MarketView): Record<string, unknown> | null {
  const quote = market.quote(symbol);
  if (!quote) return null;
  const { change, percent } = changeOf(quote.price, quote.previousClose);
  return {
    symbol: iexSymbol(symbol),
    companyName: iexSymbol(symbol),
    calculationPrice: 'tops',
    open: asNumber(quote.open),
    high: asNumber(quote.high),
    low: asNumber(quote.low),
    latestPrice: asNumber(quote.price),
    latestSource: 'IEX real time price',
    latestUpdate: quote.quoteTime.getTime(),
    latestVolume: asNumber(quote.volume),
    previousClose: asNumber(quote.previousClose),
    change,
    changePercent: Number((percent / 100).toFixed(5)),
    marketCap: asNumber(quote.marketCap),
  };
}

/** `/stock/market/batch?types=quote`: names that nobody knows are left out; when none is known, 404. */
export const simulatedQuote: SimulatedEndpoint = {
  match(request) {
    if (!request.path.endsWith('/stock/market/batch') || request.query.get('types') !== 'quote') return null;
    const names = (request.query.get('symbols') ?? '').split(',').filter((name) => name !== '');
    return { symbols: names.map((name) => fromIex(name, undefined, false)), cost: names.length };
  },
  write({ symbols }, market) {
    const found = symbols.flatMap((symbol) => {
      const quote = quoteOf(symbol, market);
      return quote ? [[iexSymbol(symbol), { quote }] as const] : [];
    });
    return found.length > 0 ? jsonAnswer(Object.fromEntries(found)) : unknown();
  },
};

/** `/stock/{symbol}/chart/{range}`: the days before today, oldest first. */
export const simulatedBars: SimulatedEndpoint = {
  match(request) {
    const [, name, range] = /\/stock\/([^/]+)\/chart(?:\/([^/]+))?$/.exec(unescaped(request.path)) ?? [];
    return name && (range === undefined || Object.hasOwn(CHART_RANGES, range))
      ? { symbols: [fromIex(name, undefined, false)], cost: 1 }
      : null;
  },
  write({ symbols: [symbol = ''] }, market, request) {
    const range = /\/chart\/([^/]+)$/.exec(request.path)?.[1] ?? '1m';
    const days = market.bars(
      symbol,
      daysBefore(market.now, CHART_RANGES[range] ?? 30),
      market.now.toISOString().slice(0, 10),
    );
    if (days.length === 0 && !market.quote(symbol)) return unknown();
    const rows = days
      .filter((bar) => sessionEnd(symbol, bar.session) <= market.now)
      .map((bar) => {
        const [open, close, high, low, volume] = [bar.open, bar.close, bar.high, bar.low, bar.volume].map(asNumber);
        const traded = { uOpen: open, uClose: close, uHigh: high, uLow: low, uVolume: volume };
        return { date: bar.session, open, close, high, low, volume, ...traded, change: 0, changePercent: 0 };
      });
    return jsonAnswer(rows);
  },
};

export const simulatedRefusals: SimulatedRefusals = {
  overLimit: (window) =>
    window.perSeconds <= 60
      ? textAnswer('Too many requests', 429)
      : textAnswer('You have exceeded your allotted message quota. Please enable pay-as-you-go to regain access', 402),
  badKey: () => textAnswer('The API key provided is not valid.', 403, 'text/html; charset=utf-8'),
  planForbids: () => textAnswer('The requested data is not available to your current tier.', 403),
  notFound: () => textAnswer('Not Found', 404),
  keyOf: (request: SimulatedRequest) => request.query.get('token'),
};
