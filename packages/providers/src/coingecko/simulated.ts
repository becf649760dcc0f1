import type { DecimalText, MarketSymbol, Quote, SessionDate } from '@freshet/market';
import type { SimulatedAnswer, SimulatedEndpoint, SimulatedRefusals, SimulatedRequest } from '../provider.ts';
import { unescaped } from '../symbols/spelling.ts';
import { isCurrencyThere, symbolOf } from './symbols.ts';

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const DAY_MS = 86_400_000;

const answered = (body: unknown, status = 200): SimulatedAnswer => ({
  status,
  headers: JSON_TYPE,
  body: JSON.stringify(body),
});
const number = (value: DecimalText | null | undefined) =>
  value === null || value === undefined ? null : Number(value);

function listOf(request: SimulatedRequest, ...names: string[]): string[] {
  return names.flatMap((name) => (request.query.get(name) ?? '').toLowerCase().split(',').filter(Boolean));
}

const below = (request: SimulatedRequest) => request.path.replace(/^\/api\/v3(?=\/)/, '');

/** `/coins/markets` and `/simple/price`: unknown ids are left out. */
export const simulatedMarkets: SimulatedEndpoint = {
  match: (request) => {
    if (!['/coins/markets', '/simple/price'].includes(below(request))) return null;
    const versus = listOf(request, 'vs_currency', 'vs_currencies');
    const symbols = listOf(request, 'ids').flatMap((id) => versus.map((one) => symbolOf(id, one)));
    return { symbols: symbols.filter((symbol) => symbol !== null), cost: 1 };
  },
  write: (_asked, market, request) => {
    const ids = listOf(request, 'ids');
    const versus = listOf(request, 'vs_currency', 'vs_currencies');
    if (versus.length === 0) return answered({ error: 'Missing parameter vs_currency' }, 422);
    const quoteOf = (id: string, currency: string) => {
      const symbol: MarketSymbol | null = symbolOf(id, currency);
      return symbol ? market.quote(symbol) : undefined;
    };
    if (below(request) === '/simple/price') {
      const coins = ids.map((id) => [id, simplePrices(versus, (currency) => quoteOf(id, currency))] as const);
      return answered(Object.fromEntries(coins.filter(([, prices]) => Object.keys(prices).length > 1)));
    }
    const [currency = 'usd'] = versus;
    if (!isCurrencyThere(currency)) return answered(NO_SUCH_CURRENCY, 400);
    return answered(
      ids.flatMap((id) => {
        const quote = quoteOf(id, currency);
        return quote ? marketRow(id, quote) : [];
      }),
    );
  },
};

function marketRow(id: string, quote: Quote): Record<string, unknown> {
  const before = Number(quote.previousClose ?? quote.price);
  return {
    id,
    symbol: quote.symbol.split('-')[0]?.toLowerCase(),
    name: id,
    current_price: number(quote.price),
    market_cap: number(quote.marketCap),
    market_cap_rank: null,
    total_volume: number(quote.volume),
    high_24h: number(quote.high),
    low_24h: number(quote.low),
    price_change_24h: Number(quote.price) - before,
    price_change_percentage_24h: (Number(quote.price) / before - 1) * 100,
    max_supply: null,
    roi: null,
    last_updated: quote.quoteTime.toISOString(),
  };
}

function simplePrices(versus: string[], quoteOf: (currency: string) => Quote | undefined): Record<string, unknown> {
  const prices: Record<string, unknown> = {};
  for (const currency of versus) {
    const quote = quoteOf(currency);
    if (!quote) continue;
    prices[currency] = number(quote.price);
    prices[`${currency}_market_cap`] = number(quote.marketCap);
    prices[`${currency}_24h_vol`] = number(quote.volume);
    prices.last_updated_at = Math.floor(quote.quoteTime.getTime() / 1000);
  }
  return prices;
}

/** `/coins/{id}/market_chart?interval=daily`: a point at each midnight, closing the day before, and one at now. */
export const simulatedChart: SimulatedEndpoint = {
  match: (request) => {
    const id = /^\/coins\/([^/]+)\/market_chart$/.exec(below(request))?.[1];
    const symbol = id ? symbolOf(unescaped(id), request.query.get('vs_currency') ?? 'usd') : null;
    return id ? { symbols: symbol ? [symbol] : [], cost: 1 } : null;
  },
  write: ({ symbols: [symbol = ''] }, market, request) => {
    if (!isCurrencyThere(request.query.get('vs_currency') ?? 'usd')) return answered(NO_SUCH_CURRENCY, 400);
    const days = Number(request.query.get('days') ?? 1);
    const today = dateOf(market.now.getTime());
    const quote = market.quote(symbol);
    const bars = market.bars(symbol, dateOf(market.now.getTime() - days * DAY_MS), today);
    if (!quote && bars.length === 0) return answered({ error: 'coin not found' }, 404);
    if (days > 365) return answered(errorStatus(10012, TOO_FAR), 401);
    const points = bars.map((bar) => {
      const end = Date.parse(`${bar.session}T00:00:00Z`) + DAY_MS;
      return { at: Math.min(end, market.now.getTime()), bar };
    });
    return answered({
      prices: points.map(({ at, bar }) => [at, number(bar.close)]),
      market_caps: points.map(({ at }) => [at, null]),
      total_volumes: points.map(({ at, bar }) => [at, number(bar.volume)]),
    });
  },
};

const NO_SUCH_CURRENCY = { error: 'invalid vs_currency' };

const dateOf = (time: number): SessionDate => new Date(time).toISOString().slice(0, 10);

const TOO_FAR =
  'Your request exceeds the allowed time range. Public API users are limited to querying historical data within the past 365 days.';
const LIMITED =
  "You've exceeded the Rate Limit. Please visit https://www.coingecko.com/en/api/pricing to subscribe to our API plans for higher rate limits.";

const errorStatus = (error_code: number, error_message: string) => ({ status: { error_code, error_message } });

export const coingeckoRefusals: SimulatedRefusals = {
  overLimit: (window, _request, now) => {
    const monthly = window.perSeconds > 86_400;
    const message = monthly ? "You've reached your monthly API credits limit. Please upgrade your plan." : LIMITED;
    const retryAfter = Math.max(1, Math.ceil((window.resetsAt.getTime() - now.getTime()) / 1000));
    return {
      ...answered(errorStatus(429, message), 429),
      headers: { ...JSON_TYPE, 'retry-after': String(retryAfter) },
    };
  },
  badKey: () =>
    answered(
      errorStatus(10002, "API Key Missing. Please make sure you're using the right authentication method."),
      401,
    ),
  planForbids: () => answered(errorStatus(10005, 'This request is limited to PRO API subscribers.'), 401),
  notFound: () => answered({ error: 'Incorrect path. Please check https://www.coingecko.com/api/' }, 404),
  keyOf: (request) =>
    [request.headers['x-cg-demo-api-key'] ?? request.headers['x-cg-pro-api-key'] ?? []].flat()[0] ?? null,
};
