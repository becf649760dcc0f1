import type { MarketSymbol } from '@freshet/market';
import { notData, refusedElsewhere } from '../wire/asked-refusal.ts';
import { finished } from '../wire/finished-reading.ts';
import { pairSymbol } from '../symbols/pair-symbols.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { otherAnswer, refusal } from '../wire/reading.ts';
import { askedUrl } from '../symbols/spelling.ts';
import { parseJsonExactly, recordOf } from '../wire/wire-json.ts';
import { readDaily, readDailyCsv } from './bars.ts';
import { readEarningsCalendar } from './earnings.ts';
import { alphaVantageRefusal } from './errors.ts';
import { readBulkQuotes, readExchangeRate, readGlobalQuote } from './quote.ts';
import { fromAlphaVantage } from './symbols.ts';

const DAILY = /^(TIME_SERIES_DAILY|TIME_SERIES_DAILY_ADJUSTED|FX_DAILY|DIGITAL_CURRENCY_DAILY)$/;
const QUOTES = /^(GLOBAL_QUOTE|CURRENCY_EXCHANGE_RATE|BATCH_STOCK_QUOTES|REALTIME_BULK_QUOTES)$/;
const isUsed = (name: string): boolean => DAILY.test(name) || QUOTES.test(name) || name === 'EARNINGS_CALENDAR';
const UNKNOWN = 'unknown';
const WHY = 'no quote, daily series or earnings calendar';

/** Reads any answer of `/query`: all functions share the path, and each body names what it is. */
export function readAlphaVantage(answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  return finished(readBody(answer, asked));
}

function readBody(answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  const { query } = askedUrl(answer);
  const name = query.get('function')?.toUpperCase() ?? UNKNOWN;
  const market = query.get('market');
  const base = query.get('from_symbol') ?? query.get('from_currency') ?? (market && query.get('symbol'));
  const quote = query.get('to_symbol') ?? query.get('to_currency') ?? market;
  const symbol = base && quote ? (asked?.[0] ?? pairSymbol(base, quote)) : fromAlphaVantage(query.get('symbol'), asked);
  const parsed = parseJsonExactly(answer.body);
  const refused = alphaVantageRefusal(answer, parsed, symbol);
  if (refused) return isUsed(name) || name === UNKNOWN ? refused : refusedElsewhere(name, WHY, refused);
  const body = recordOf(parsed);
  if (!body) return readText(answer, name, symbol, asked);

  if ('Global Quote' in body) return readGlobalQuote(answer, body['Global Quote'], symbol);
  if ('Realtime Currency Exchange Rate' in body)
    return readExchangeRate(answer, body['Realtime Currency Exchange Rate'], asked);
  const batch = Object.keys(body).find((key) => /^stock (batch )?quotes$/i.test(key));
  const bulk = batch ? body[batch] : name === 'REALTIME_BULK_QUOTES' ? body.data : undefined;
  if (Array.isArray(bulk)) return readBulkQuotes(answer, bulk, asked);
  const daily = Object.keys(body).find((key) => /^time series.*daily/i.test(key));
  if (daily) return readDaily(body['Meta Data'], body[daily], symbol, asked);
  if (Object.keys(body).length === 0)
    return refusal('unknown_symbol', 'Alpha Vantage answered with nothing.', { symbol });
  return isUsed(name) ? notData(answer, 'Alpha Vantage') : otherAnswer(name, WHY);
}

function readText(answer: HttpAnswer, name: string, symbol: MarketSymbol, asked?: MarketSymbol[]): Reading {
  const [header = ''] = answer.body.trimStart().split('\n', 1);
  if (/(^|,)reportDate(,|$)/.test(header.trim())) return readEarningsCalendar(answer.body, asked);
  if (header.startsWith('timestamp,open,') && (DAILY.test(name) || (name === UNKNOWN && !/ \d\d:/.test(answer.body)))) {
    return readDailyCsv(answer.body, symbol);
  }
  const isTable = /^[\w ]+(,[\w ]+)+\s*$/.test(header);
  return isTable && !isUsed(name) ? otherAnswer(name, WHY) : notData(answer, 'Alpha Vantage');
}
