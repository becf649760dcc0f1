import type { MarketSymbol } from '@freshet/market';
import { notData, refusedElsewhere } from '../wire/asked-refusal.ts';
import { finished } from '../wire/finished-reading.ts';
import { pairSymbol } from '../symbols/pair-symbols.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { otherAnswer, reading } from '../wire/reading.ts';
import { askedUrl } from '../symbols/spelling.ts';
import { parseJsonExactly, recordOf, textOf } from '../wire/wire-json.ts';
import { readCandles } from './bars.ts';
import { readEarnings } from './earnings.ts';
import { finnhubRefusal, learnedFrom } from './errors.ts';
import { readQuote, readRates } from './quote.ts';
import { fromFinnhub } from './symbols.ts';

const USED = /(^|\/)(quote|candle|calendar\/earnings|forex\/rates)$/;
const WHY = 'no quotes, daily candles or earnings dates';

/** Reads any answer of Finnhub: refusals first, then by the URL's path, then by the body's shape. */
export function readFinnhub(answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  const { path, query } = askedUrl(answer);
  const symbol = fromFinnhub(query.get('symbol'), asked);
  const refused = finnhubRefusal(answer, symbol);
  const used = USED.test(path) || !/[a-z]/i.test(path);
  if (refused) return finished(used ? refused : refusedElsewhere(path, WHY, refused));
  const learned = learnedFrom(answer);
  const read = finished(readBody(answer, path, query.get('resolution'), symbol, asked));
  return learned.length > 0 ? reading({ ...read, learned }) : read;
}

function readBody(
  answer: HttpAnswer,
  path: string,
  resolution: string | null,
  symbol: MarketSymbol,
  asked?: MarketSymbol[],
): Reading {
  const parsed = parseJsonExactly(answer.body);
  if (parsed === undefined) return notData(answer, 'Finnhub');
  const body = recordOf(parsed);
  const nowhere = !/[a-z]/i.test(path);
  if (body && (path.endsWith('/candle') || (nowhere && 's' in body))) return readCandles(body, symbol, resolution);
  if (body && (/(^|\/)quote$/.test(path) || (nowhere && 'pc' in body && 'c' in body)))
    return readQuote(answer, body, symbol);
  if (body && (path.endsWith('/calendar/earnings') || (nowhere && 'earningsCalendar' in body)))
    return readEarnings(body, asked);
  if (body && path.endsWith('/forex/rates')) {
    return readRates(answer, body, (code) => pairSymbol(textOf(body.base), code));
  }
  return USED.test(path) ? notData(answer, 'Finnhub') : otherAnswer(path, WHY);
}
