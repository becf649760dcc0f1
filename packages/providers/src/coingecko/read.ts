import type { MarketSymbol, Quote } from '@freshet/market';
import { notData } from '../wire/asked-refusal.ts';
import type { HttpAnswer, ProviderError, Reading } from '../provider.ts';
import { joined, otherAnswer, providerError, reading, refusal } from '../wire/reading.ts';
import { UNNAMED } from '../symbols/spelling.ts';
import { parseJsonExactly, recordOf } from '../wire/wire-json.ts';
import { areDaily, barsOfCandles, barsOfPoints, pointsOf } from './bars.ts';
import { type CoinRequest, requestOf } from './endpoint.ts';
import { refusalOf } from './errors.ts';
import { coinQuote, readCoin, readMarket, readSimplePrices } from './quote.ts';
import { symbolOf } from './symbols.ts';

/**
 * Reads an answer of any of CoinGecko's endpoints: `simple/price`, `coins/markets`, `coins/{id}` and its `history` as
 * quotes, `market_chart` and `ohlc` as daily bars. A chart finer than a day gives its last point as the quote.
 */
export function readCoingecko(answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  const json = parseJsonExactly(answer.body);
  const request = requestOf(answer.url, json);
  const only = request.ids.length === 1 ? symbolOf(request.ids[0] ?? '', request.versus[0] ?? 'usd') : null;
  const refused = refusalOf(answer, json, only);
  if (request.endpoint === 'other') {
    const other = otherAnswer(request.path, 'holds no prices of coins that are used');
    return refused ? joined([other, refused]) : other;
  }
  if (refused) return refused;
  if (json === undefined) return notData(answer, 'CoinGecko');
  return READERS[request.endpoint](json, request, answer, asked);
}

type Reader = (json: unknown, request: CoinRequest, answer: HttpAnswer, asked?: MarketSymbol[]) => Reading;

const READERS: Record<Exclude<CoinRequest['endpoint'], 'other'>, Reader> = {
  markets: (json, request, answer, asked) => {
    if (!Array.isArray(json)) return refusal('malformed', 'coins/markets is not a list');
    const versus = request.versus[0] ?? 'usd';
    return quotesOf(
      json.map((row) => readMarket(row, versus, answer.receivedAt)),
      request,
      asked,
    );
  },
  simplePrice: (json, request, answer, asked) => {
    const coins = recordOf(json);
    if (!coins) return refusal('malformed', 'simple/price is not an object');
    return quotesOf(readSimplePrices(coins, request.versus, answer.receivedAt), request, asked);
  },
  coin: (json, request, answer, asked) => {
    const coin = recordOf(json);
    if (!coin) return refusal('malformed', 'a coin is not an object');
    const versus = asked ? [...new Set(asked.map((symbol) => symbol.split('-').at(-1)?.toLowerCase() ?? ''))] : [];
    return quotesOf(readCoin(coin, versus, request.at ?? answer.receivedAt), { ...request, ids: [] }, undefined);
  },
  marketChart: (json, { ids, versus: [versus = 'usd'] }) => {
    const chart = recordOf(json);
    if (!Array.isArray(chart?.prices)) return refusal('malformed', 'market_chart without prices');
    // Only the address names the coin.
    const symbol = symbolOf(ids[0] ?? '', versus) ?? UNNAMED;
    const points = pointsOf(chart.prices, Array.isArray(chart.total_volumes) ? chart.total_volumes : []);
    const last = points.at(-1);
    if (!last) {
      const kind = chart.prices.length === 0 ? 'no_data' : 'malformed';
      return refusal(kind, 'market_chart without a point that can be used', { symbol: namedOnly(symbol) });
    }
    if (areDaily(points)) return reading({ bars: barsOfPoints(points, symbol, versus.toUpperCase()) });
    const { price, volume, at } = last;
    return reading({ quotes: [coinQuote(symbol, versus, { price, volume, quoteTime: at })] });
  },
  ohlc: (json, { ids, versus: [versus = 'usd'] }) => {
    if (!Array.isArray(json)) return refusal('malformed', 'ohlc is not a list');
    // Only the address names the coin.
    const symbol = symbolOf(ids[0] ?? '', versus) ?? UNNAMED;
    const bars = barsOfCandles(json, symbol, versus.toUpperCase());
    if (!bars) return otherAnswer('ohlc', 'candles of four days are not daily bars');
    if (bars.length > 0) return reading({ bars });
    return refusal(json.length === 0 ? 'no_data' : 'malformed', 'no candles', { symbol: namedOnly(symbol) });
  },
};

const namedOnly = (symbol: MarketSymbol) => (symbol === UNNAMED ? null : symbol);

/** Quotes and errors apart; coins that are missing are unknown: CoinGecko leaves them out without a word. */
function quotesOf(rows: (Quote | ProviderError)[], request: CoinRequest, asked?: MarketSymbol[]): Reading {
  const quotes = rows.filter((row): row is Quote => 'price' in row);
  const errors = rows.filter((row): row is ProviderError => 'kind' in row);
  const wanted = asked ?? request.ids.map((id) => symbolOf(id, request.versus[0] ?? 'usd'));
  const found = new Set([...quotes, ...errors].map((row) => row.symbol));
  const missing = wanted
    .filter((symbol) => symbol !== null && !found.has(symbol))
    .map((symbol) => providerError('unknown_symbol', 'left out of the answer', { symbol }));
  const all = reading({ quotes: asked ? quotes.filter((quote) => asked.includes(quote.symbol)) : quotes });
  all.errors = [...errors, ...missing];
  if (all.quotes.length === 0 && all.errors.length === 0) return refusal('no_data', 'no coin in the answer');
  return all;
}
