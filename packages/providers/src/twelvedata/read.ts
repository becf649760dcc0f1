import type { MarketSymbol } from '@freshet/market';
import { notData, refusedElsewhere } from '../wire/asked-refusal.ts';
import { finished } from '../wire/finished-reading.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { joined, otherAnswer, reading } from '../wire/reading.ts';
import { askedUrl } from '../symbols/spelling.ts';
import { parseJsonExactly, recordOf } from '../wire/wire-json.ts';
import { barOfEod, readTimeSeries } from './bars.ts';
import { readEarnings } from './earnings.ts';
import { isErrorBody, learnedFrom, twelveDataError, twelveDataRefusal } from './errors.ts';
import { readQuote } from './quote.ts';
import { fromTwelveData } from './symbols.ts';

const SERVED = /\/(time_series|quote|price|eod|exchange_rate|currency_conversion|earnings|earnings_calendar|batch)$/;
const WHY = 'no quotes, daily bars or earnings dates';

/** Reads any answer of Twelve Data. One symbol comes bare, several as an object keyed by the names that were asked. */
export function readTwelveData(answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  const { path, query } = askedUrl(answer);
  const names = (query.get('symbol') ?? '').split(',').filter((name) => name !== '');
  const parsed = parseJsonExactly(answer.body);
  const learned = learnedFrom(answer, parsed);
  const only = names.length === 1 ? (names[0] ?? null) : null;
  const symbol = names.length === 1 || asked?.length === 1 ? fromTwelveData(only, asked) : null;
  const refused = twelveDataRefusal(answer, parsed, symbol);
  const elsewhere = /[a-z]/i.test(path) && !SERVED.test(path);
  const read = refused
    ? elsewhere
      ? refusedElsewhere(path, WHY, refused)
      : refused
    : readBody(answer, parsed, path, only, asked);
  return finished(learned.length > 0 ? reading({ ...read, learned }) : read);
}

function readBody(
  answer: HttpAnswer,
  parsed: unknown,
  path: string,
  only: string | null,
  asked?: MarketSymbol[],
): Reading {
  const body = recordOf(parsed);
  if (/[a-z]/i.test(path) && !SERVED.test(path)) return otherAnswer(path, WHY);
  if (!body) return parsed === undefined || SERVED.test(path) ? notData(answer, 'Twelve Data') : otherAnswer(path, WHY);
  const data = recordOf(body.data);
  if (data && path.endsWith('/batch')) return readMixed(answer, data);
  return isKeyed(body)
    ? joined(Object.entries(body).map(([name, one]) => readOne(answer, recordOf(one) ?? {}, path, name, asked)))
    : readOne(answer, body, path, only, asked);
}

/** `POST /batch`: each request has its own answer, of whatever endpoint. */
function readMixed(answer: HttpAnswer, data: Record<string, unknown>): Reading {
  return joined(
    Object.entries(data).map(([name, one]) => {
      const response = recordOf(recordOf(one)?.response);
      return response ? readOne(answer, response, '', null) : otherAnswer(name, 'a request without a response');
    }),
  );
}

/** True for a batch: every value is an object, and none of the keys is a field of a single answer. */
function isKeyed(body: Record<string, unknown>): boolean {
  const values = Object.values(body);
  return (
    values.length > 0 &&
    !('meta' in body) &&
    !('earnings' in body) &&
    values.every((one) => recordOf(one) !== undefined)
  );
}

function readOne(
  answer: HttpAnswer,
  body: Record<string, unknown>,
  path: string,
  name: string | null,
  asked?: MarketSymbol[],
): Reading {
  if (isErrorBody(body)) return reading({ errors: [twelveDataError(answer, body, fromTwelveData(name, asked))] });
  if ('values' in body) return readTimeSeries(body, name, asked);
  if ('earnings' in body) return readEarnings(body, name, asked);
  if ('price' in body || 'rate' in body) return readQuote(answer, body, name, asked);
  if (!('close' in body)) return SERVED.test(path) ? notData(answer, 'Twelve Data') : otherAnswer(path, WHY);
  const quoted = readQuote(answer, body, name, asked);
  const whole = ['open', 'high', 'previous_close', 'is_market_open', 'last_quote_at'].some((field) => field in body);
  const bar = whole ? null : barOfEod(body, name, asked);
  return bar ? reading({ ...quoted, bars: [bar] }) : quoted;
}
