import type { MarketSymbol } from '@freshet/market';
import { notData, refusedElsewhere } from '../wire/asked-refusal.ts';
import { finished } from '../wire/finished-reading.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { joined, otherAnswer } from '../wire/reading.ts';
import { askedUrl } from '../symbols/spelling.ts';
import { parseJsonExactly, recordOf } from '../wire/wire-json.ts';
import { readDays } from './bars.ts';
import { readEarnings } from './earnings.ts';
import { iexRefusal } from './errors.ts';
import { readBatch } from './batch.ts';
import { readBarePrice, readOhlc, readQuote, readQuoteList } from './quote.ts';
import { fromIex } from './symbols.ts';

const WHY = 'no quotes, daily bars or earnings dates';
const SERVED =
  /\/(quote|price|batch|chart|ohlc|previous|earnings|delayed-quote|book|tops|last|latest|convert|historical)(\/|$)|\/market\/(list|collection)\//;

/** Where an answer belongs: the endpoint's word, the symbol of the path, and whether that is a pair. */
interface Place {
  path: string;
  wire: string | null;
  isPair: boolean;
  /** The `types` of a batch, where the URL says them. */
  types: string | null;
}

/** Reads any answer of IEX Cloud, and of the iextrading.com service before it, by its path; without one by its shape. */
export function readIex(answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  const { path, parts, query } = askedUrl(answer);
  const kind = parts.findIndex((part) => ['stock', 'crypto', 'fx'].includes(part));
  const named = kind >= 0 && parts[kind] !== 'fx' && parts[kind + 1] !== 'market' ? (parts[kind + 1] ?? null) : null;
  const place = {
    path,
    wire: named && !/[{}]/.test(named) ? named : null,
    isPair: /\/(crypto|fx)\//.test(path),
    types: query.get('types'),
  };
  const parsed = parseJsonExactly(answer.body);
  const refused = iexRefusal(answer, parsed, fromIex(place.wire, asked, place.isPair));
  if (!refused) return finished(readBody(answer, parsed, place, asked));
  if (!/[a-z]/i.test(path) || SERVED.test(path)) return finished(refused);
  // "Not Found" of a search or of reference data says nothing of a symbol's price.
  return answer.status === 404 && place.wire === null
    ? otherAnswer(path, WHY)
    : finished(refusedElsewhere(path, WHY, refused));
}

function readBody(answer: HttpAnswer, parsed: unknown, place: Place, asked?: MarketSymbol[]): Reading {
  const { path, wire, isPair } = place;
  if (/[a-z]/i.test(path) && !SERVED.test(path)) return otherAnswer(path, WHY);
  if (parsed === undefined || parsed === null) return notData(answer, 'IEX Cloud');
  const body = recordOf(parsed);
  if (/\/batch(\/|$)/.test(path)) return body ? readBatch(answer, body, place, asked) : notData(answer, 'IEX Cloud');
  if (typeof parsed === 'number' || typeof parsed === 'string')
    return readBarePrice(answer, parsed, wire, isPair, asked);
  if (/\/chart(\/|$)/.test(path)) return readDays(listIn(parsed, body), wire, false, asked);
  if (/\/fx\/historical/.test(path)) return readDays((Array.isArray(parsed) ? parsed : []).flat(), null, true, asked);
  if (!body) return Array.isArray(parsed) ? readQuoteList(answer, parsed, isPair, asked) : otherAnswer(path, WHY);
  if (path.endsWith('/ohlc')) return keyed(body, 'high', (one, name) => readOhlc(answer, one, name ?? wire, asked));
  if (path.endsWith('/previous'))
    return keyed(body, 'date', (one, name) => readDays([one], name ?? wire, false, asked));
  if (/\/earnings(\/|$)/.test(path)) return readEarnings(body, wire, asked);
  return readQuote(answer, recordOf(body.quote) ?? body, wire, isPair, asked);
}

/** A list as it is, or the `data` of `/chart/dynamic`. */
function listIn(parsed: unknown, body: Record<string, unknown> | undefined): unknown[] {
  if (Array.isArray(parsed)) return parsed;
  return Array.isArray(body?.data) ? body.data : [];
}

/** One record, or many of them keyed by symbol (`/stock/market/previous`): told apart by a field that one must have. */
function keyed(
  body: Record<string, unknown>,
  field: string,
  read: (one: Record<string, unknown>, name: string | null) => Reading,
): Reading {
  if (field in body) return read(body, null);
  return joined(Object.entries(body).map(([name, one]) => read(recordOf(one) ?? {}, name)));
}
