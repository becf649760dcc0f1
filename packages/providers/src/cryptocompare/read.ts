import type { MarketSymbol, Quote } from '@freshet/market';
import { notData } from '../wire/asked-refusal.ts';
import { finished } from '../wire/finished-reading.ts';
import type { HttpAnswer, ProviderError, Reading } from '../provider.ts';
import { joined, otherAnswer, providerError, reading, refusal } from '../wire/reading.ts';
import { UNNAMED } from '../symbols/spelling.ts';
import { wireTime } from '../wire/wire-number.ts';
import { parseJson, recordOf } from '../wire/wire-json.ts';
import { readDays } from './bars.ts';
import { type Asked, requestOf } from './endpoint.ts';
import { refusalOf } from './errors.ts';
import { readBarePrices, readFullPrices } from './quote.ts';
import { symbolOf } from './symbols.ts';

/** Reads an answer of any of CryptoCompare's endpoints: the price endpoints as quotes, `histoday` as daily bars. */
export function readCryptocompare(answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  const json = parseJson(answer.body);
  const request = requestOf(answer.url, json);
  const [fsym, tsym] = [request.fsyms[0], request.tsyms[0]];
  const one = fsym && tsym && request.fsyms.length === 1 && request.tsyms.length === 1;
  const symbol = one ? symbolOf(fsym, tsym, asked) : null;
  const refused = refusalOf(answer, json, symbol);
  if (request.endpoint === 'other') {
    const other = otherAnswer(request.path, 'holds no last prices or daily bars that are used');
    return refused ? joined([other, refused]) : other;
  }
  if (refused) return refused;
  const body = recordOf(json);
  if (!body) return notData(answer, 'CryptoCompare');
  return finished(
    request.endpoint === 'histoday' ? readHistory(body, request, symbol) : readPrices(body, request, answer, asked),
  );
}

function readPrices(
  body: Record<string, unknown>,
  request: Asked,
  answer: HttpAnswer,
  asked?: MarketSymbol[],
): Reading {
  const raw = request.endpoint === 'pricemultifull' ? recordOf(body.RAW) : undefined;
  if (request.endpoint === 'pricemultifull' && !raw) return refusal('malformed', 'pricemultifull without RAW');
  // `price` is about one currency, which only the address names.
  const table = request.endpoint === 'price' ? { [request.fsyms[0] ?? '']: body } : body;
  const at = request.endpoint === 'pricehistorical' ? (wireTime(request.ts) ?? answer.receivedAt) : answer.receivedAt;
  const rows = raw ? readFullPrices(raw, answer.receivedAt, asked) : readBarePrices(table, at, asked);
  return pricesOf(rows, request, asked);
}

/** Quotes and errors apart; of several coins the unknown ones are left out without a word. */
function pricesOf(rows: (Quote | ProviderError)[], { fsyms, tsyms }: Asked, asked?: MarketSymbol[]): Reading {
  const quotes = rows.filter((row): row is Quote => 'price' in row);
  const errors = rows.filter((row): row is ProviderError => 'kind' in row);
  const wanted = asked ?? fsyms.flatMap((fsym) => tsyms.map((tsym) => symbolOf(fsym, tsym)));
  const found = new Set(rows.map((row) => row.symbol));
  const missing = wanted
    .filter((symbol) => symbol !== null && !found.has(symbol))
    .map((symbol) => providerError('unknown_symbol', 'left out of the answer', { symbol }));
  const all = reading({ quotes: asked ? quotes.filter((quote) => asked.includes(quote.symbol)) : quotes });
  all.errors = [...errors.filter((error) => !asked || (error.symbol && asked.includes(error.symbol))), ...missing];
  return all.quotes.length + all.errors.length > 0 ? all : refusal('malformed', 'no prices in the answer');
}

/** Version 1 has its rows in `Data`, version 2 in `Data.Data`. */
function readHistory(body: Record<string, unknown>, request: Asked, symbol: MarketSymbol | null): Reading {
  const rows = recordOf(body.Data)?.Data ?? body.Data;
  if (!Array.isArray(rows)) return refusal('malformed', 'histoday without rows');
  if (request.aggregate > 1) return otherAnswer('histoday', `rows of ${request.aggregate} days are not daily bars`);
  // Only the address names the pair.
  const bars = readDays(rows, symbol ?? UNNAMED, request.tsyms[0] ?? null);
  if (!bars) return refusal('malformed', 'rows that are not days', { symbol });
  return bars.length > 0 ? reading({ bars }) : refusal('no_data', 'no day with a trade', { symbol });
}
