import type { MarketSymbol } from '@freshet/market';
import { notData } from '../wire/asked-refusal.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { joined, otherAnswer, reading, refusal } from '../wire/reading.ts';
import { UNNAMED } from '../symbols/spelling.ts';
import { parseJson, recordOf } from '../wire/wire-json.ts';
import { isDaily, readKlines } from './bars.ts';
import { learnedOf, refusalOf } from './errors.ts';
import { readTicker } from './quote.ts';
import { marketOf } from './symbols.ts';

/** The spot endpoints that are read, by their name below `/api/v1` or `/api/v3`. */
const TICKERS = new Set(['ticker/24hr', 'ticker/price', 'ticker', 'ticker/tradingDay', 'ticker/allPrices']);
const KLINES = new Set(['klines', 'uiKlines']);

/** Reads an answer of any of Binance's endpoints: tickers as quotes, daily klines as bars. */
export function readBinance(answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  const json = parseJson(answer.body);
  const endpoint = endpointOf(answer.url, json);
  const wire = new URLSearchParams(answer.url.split('?')[1] ?? '').get('symbol');
  const market = wire ? marketOf(wire, asked, answer.url) : null;
  const refused = refusalOf(answer, json, market?.symbol ?? null);
  if (!TICKERS.has(endpoint) && !KLINES.has(endpoint)) {
    const other = otherAnswer(endpoint, 'holds no last prices or daily bars that are used');
    return refused ? joined([other, refused]) : other;
  }
  if (refused) return refused;
  const learned = learnedOf(answer);
  if (json === undefined) return { ...notData(answer, 'Binance'), learned };
  return { ...(TICKERS.has(endpoint) ? readTickers(json, answer, asked) : readBars(json, answer, market)), learned };
}

function readTickers(json: unknown, answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  const rows = Array.isArray(json) ? json : [json];
  const read = rows.map((row) => readTicker(row, answer, asked)).filter((row) => row !== null);
  const all = reading({
    quotes: read.flatMap((row) => ('price' in row ? row : [])),
    // Of the list of all markets, the closed ones are no news.
    errors: read.flatMap((row) => ('kind' in row && (row.kind !== 'no_data' || rows.length <= 100) ? row : [])),
  });
  const nothing = all.quotes.length === 0 && all.errors.length === 0;
  return nothing ? refusal(rows.length > 0 ? 'malformed' : 'no_data', 'no market in the answer') : all;
}

function readBars(json: unknown, answer: HttpAnswer, market: ReturnType<typeof marketOf>): Reading {
  if (!Array.isArray(json)) return refusal('malformed', 'klines are not a list');
  if (json.length === 0) return refusal('no_data', 'no klines in that time', { symbol: market?.symbol ?? null });
  const daily = isDaily(json, new URLSearchParams(answer.url.split('?')[1] ?? '').get('interval'));
  if (daily === false) return otherAnswer('klines', 'these klines are not of one day each');
  // Only the address names the market.
  const bars = readKlines(json, market?.symbol ?? UNNAMED, market?.currency ?? null);
  const symbol = market?.symbol ?? null;
  if (!bars || daily === null) return refusal('malformed', 'not rows of klines', { symbol });
  return bars.length > 0 ? reading({ bars }) : refusal('no_data', 'klines without a close', { symbol });
}

/** `ticker/24hr` for the spot API; host and path for its other products; by the body's form without an address. */
function endpointOf(url: string, json: unknown): string {
  const [, host = '', path = ''] = /^[a-z]+:\/\/([^/]+)\/([^?#]*)/.exec(url) ?? [];
  const spot = /(?:^|\/)api\/v[13]\/(.+?)\/?$/.exec(path)?.[1];
  if (spot) return spot;
  if (path) return `${host}/${path}`;
  const [first] = Array.isArray(json) ? json : [json];
  if (Array.isArray(first) && first.length >= 6) return 'klines';
  const fields = recordOf(first);
  return fields && 'symbol' in fields && ('lastPrice' in fields || 'price' in fields) ? 'ticker' : 'unknown';
}
