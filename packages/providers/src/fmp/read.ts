import type { MarketSymbol } from '@freshet/market';
import { notData, refusedElsewhere } from '../wire/asked-refusal.ts';
import { finished } from '../wire/finished-reading.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { otherAnswer } from '../wire/reading.ts';
import { askedUrl } from '../symbols/spelling.ts';
import { parseJsonExactly, recordOf } from '../wire/wire-json.ts';
import { readDays, readHistorical } from './bars.ts';
import { readEarnings } from './earnings.ts';
import { fmpRefusal } from './errors.ts';
import { readFxList, readQuotes } from './quote.ts';
import { fromFmp } from './symbols.ts';

const QUOTES =
  /\/(quote|quote-short|quote-order|quotes|batch-[a-z-]*quotes?(-short)?|real-time-price|[a-z-]+-quotes?)(\/|$)/;
const DAYS = /\/(historical-price-eod|historical-price-full)(\/|$)/;
const EARNINGS = /\/(earnings|earnings-calendar|earning_calendar|earnings-calendar-confirmed)(\/|$)/;

const WHY = 'no quotes, daily bars or earnings dates';

/** Reads any answer of FMP, of `/stable` and of the retired `/api/v3`: by the path, without one by the body's shape. */
export function readFmp(answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  return finished(readBody(answer, asked));
}

function readBody(answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  const { path, parts, query } = askedUrl(answer);
  const symbol = fromFmp(query.get('symbol') ?? symbolIn(parts), asked);
  const parsed = parseJsonExactly(answer.body);
  const refused = fmpRefusal(answer, parsed, symbol);
  const endpoint = endpointOf(path, parsed);
  if (refused) return endpoint || !/[a-z]/i.test(path) ? refused : refusedElsewhere(path, WHY, refused);
  if (parsed === undefined || parsed === null) return endpoint ? notData(answer, 'FMP') : otherAnswer(path, WHY);
  const body = recordOf(parsed);
  const list = Array.isArray(parsed) ? (parsed as unknown[]) : body ? [body] : [];
  switch (endpoint) {
    case 'fx':
      return readFxList(answer, Array.isArray(body?.forexList) ? body.forexList : list, asked);
    case 'quotes':
      return readQuotes(
        answer,
        Array.isArray(body?.companiesPriceList) ? body.companiesPriceList : list,
        symbol,
        asked,
      );
    case 'days':
      return body ? readHistorical(body, symbol, asked) : readDays(list, symbol, asked);
    case 'earnings':
      return readEarnings(list, symbol, asked);
    default:
      return otherAnswer(path, WHY);
  }
}

function endpointOf(path: string, parsed: unknown): 'fx' | 'quotes' | 'days' | 'earnings' | null {
  if (/\/v3\/(fx|forex)(\/|$)/.test(path)) return 'fx';
  if (DAYS.test(path) && !/\/(stock_dividend|stock_split)(\/|$)/.test(path)) return 'days';
  if (/aftermarket|transcript|surprise|\/otc\/|\/full\/real-time/.test(path)) return null;
  if (EARNINGS.test(path)) return 'earnings';
  if (QUOTES.test(path)) return 'quotes';
  if (/[a-z]/i.test(path)) return null;
  const first = recordOf(Array.isArray(parsed) ? parsed[0] : parsed) ?? {};
  if ('historical' in first || ('date' in first && ('close' in first || 'adjClose' in first))) return 'days';
  if ('epsActual' in first || 'epsEstimated' in first) return 'earnings';
  return 'price' in first && 'symbol' in first ? 'quotes' : null;
}

/** The symbol behind the endpoint's name in `/api/v3/quote/AAPL`; null for a list of them. */
function symbolIn(parts: string[]): string | null {
  const last = parts.at(-1) ?? '';
  return parts.includes('v3') && parts.length > 3 && !/[{},]/.test(last) ? last : null;
}
