import type { MarketSymbol } from '@freshet/market';
import { notData } from '../wire/asked-refusal.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { joined, otherAnswer, providerError, reading, refusal } from '../wire/reading.ts';
import { recordOf } from '../wire/wire-json.ts';
import { readDays } from './bars.ts';
import { readEarnings } from './earnings.ts';
import { readBarePrice, readOhlc, readQuote } from './quote.ts';
import { fromIex } from './symbols.ts';

const TYPES = ['quote', 'chart', 'ohlc', 'previous', 'price', 'earnings', 'delayed-quote'];

/**
 * `/stock/market/batch` is keyed by symbol, `/stock/{symbol}/batch` isn't; below stand the types that were asked. Names that
 * nobody knows are left out.
 */
export function readBatch(
  answer: HttpAnswer,
  body: Record<string, unknown>,
  { wire, types }: { wire: string | null; types: string | null },
  asked?: MarketSymbol[],
): Reading {
  if (types && !types.split(',').some((type) => TYPES.includes(type)))
    return otherAnswer('batch', `${types} hold no prices`);
  const single = TYPES.some((type) => type in body);
  const entries = single
    ? [[wire, body] as const]
    : Object.entries(body).map(([name, of]) => [name, recordOf(of) ?? {}] as const);
  const read = entries.flatMap(([name, of]) => readTypes(answer, of, name, asked));
  const found = new Set(entries.map(([name]) => fromIex(name, asked, false)));
  const missing = single ? [] : (asked ?? []).filter((symbol) => !found.has(symbol));
  if (read.length === 0 && entries.length > 0) return notData(answer, 'IEX Cloud');
  if (entries.length === 0 && missing.length === 0) return refusal('no_data', 'IEX Cloud: a batch of nothing.');
  const errors = missing.map((symbol) =>
    providerError('unknown_symbol', 'IEX Cloud left this name out: it knows no such symbol.', { symbol }),
  );
  return joined([...read, reading({ errors })]);
}

/** What stands below one symbol, of the types that are read. */
function readTypes(
  answer: HttpAnswer,
  of: Record<string, unknown>,
  name: string | null,
  asked?: MarketSymbol[],
): Reading[] {
  const part = (type: string) => recordOf(of[type]);
  const [quote, ohlc] = [part('quote') ?? part('delayed-quote'), part('ohlc')];
  const [previous, earnings] = [part('previous'), part('earnings')];
  return [
    ...(quote ? [readQuote(answer, quote, name, false, asked)] : []),
    ...(typeof of.price === 'number' ? [readBarePrice(answer, of.price, name, false, asked)] : []),
    ...(ohlc ? [readOhlc(answer, ohlc, name, asked)] : []),
    ...(previous ? [readDays([previous], name, false, asked)] : []),
    ...(Array.isArray(of.chart) ? [readDays(of.chart, name, false, asked)] : []),
    ...(earnings ? [readEarnings(earnings, name, asked)] : []),
  ];
}
