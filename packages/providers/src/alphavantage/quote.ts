import type { MarketSymbol, Quote } from '@freshet/market';
import { isSessionDate } from '@freshet/market';
import { z } from 'zod';
import { listingOf, timeOfSession } from '../symbols/listings.ts';
import { inMajor, listedUnit } from '../wire/minor-units.ts';
import { pairAsked } from '../symbols/pair-symbols.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { joined, reading, refusal, timeless } from '../wire/reading.ts';
import { UNNAMED } from '../symbols/spelling.ts';
import { zCount, zPrice, zText } from '../wire/wire-fields.ts';
import { recordOf } from '../wire/wire-json.ts';
import { zonedTime } from '../wire/zoned-time.ts';
import { byWords } from './fields.ts';
import { fromAlphaVantage } from './symbols.ts';

/** The free plan's prices are those of the last session's end. */
const END_OF_DAY_DELAY_S = 86_400;

const zQuote = z.object({
  symbol: zText,
  price: zPrice,
  close: zPrice,
  open: zPrice,
  high: zPrice,
  low: zPrice,
  volume: zCount,
  'previous close': zPrice,
  'latest trading day': zText,
  timestamp: zText,
});

/** One quote of `GLOBAL_QUOTE`, or a row of the batch functions; times are local to the listing's exchange. */
function readOne(answer: HttpAnswer, record: Record<string, unknown>, asked?: MarketSymbol[]): Reading {
  const words = byWords(record);
  const parsed = zQuote.safeParse(words);
  if (!parsed.success) return refusal('malformed', 'Alpha Vantage: a quote in another shape.');
  const row = parsed.data;
  const symbol = fromAlphaVantage(row.symbol, asked);
  const unit = listedUnit(symbol);
  const price = inMajor(row.price ?? row.close, unit);
  if (price === null) return refusal('malformed', 'Alpha Vantage: a quote without a price above zero.', { symbol });
  const stamp = row['latest trading day'] ?? row.timestamp ?? '';
  const dateAlone = isSessionDate(stamp);
  const quoteTime = dateAlone
    ? timeOfSession(symbol, stamp, answer.receivedAt)
    : zonedTime(stamp, listingOf(symbol).zone);
  const isTold = 'latest trading day' in words || 'timestamp' in words;
  if (!quoteTime && isTold) return reading({ errors: [timeless(symbol)] });
  const quote: Quote = {
    symbol,
    price,
    open: inMajor(row.open, unit),
    high: inMajor(row.high, unit),
    low: inMajor(row.low, unit),
    previousClose: inMajor(row['previous close'], unit),
    volume: row.volume,
    marketCap: null,
    currency: unit.currency,
    quoteTime: quoteTime ?? answer.receivedAt,
    ...(dateAlone && { session: stamp }),
    delayS: dateAlone ? END_OF_DAY_DELAY_S : 900,
    ...(unit.convertedBy ? { convertedBy: unit.convertedBy } : {}),
  };
  return reading({ quotes: [quote] });
}

/** `{"Global Quote": {…}}`; an empty object for a symbol that nobody knows. */
export function readGlobalQuote(answer: HttpAnswer, body: unknown, asked: MarketSymbol): Reading {
  const record = recordOf(body);
  if (!record) return refusal('malformed', 'Alpha Vantage: a global quote that is no object.', { symbol: asked });
  if (Object.keys(record).length === 0) {
    return refusal('unknown_symbol', 'Alpha Vantage answered with an empty quote: it knows no such symbol.', {
      symbol: asked,
    });
  }
  return readOne(answer, record, [asked]);
}

/** The rows of `BATCH_STOCK_QUOTES` and `REALTIME_BULK_QUOTES`. */
export function readBulkQuotes(answer: HttpAnswer, rows: unknown[], asked?: MarketSymbol[]): Reading {
  if (rows.length === 0) return refusal('no_data', 'Alpha Vantage answered with no quotes.');
  return joined(rows.map((row) => readOne(answer, recordOf(row) ?? {}, asked)));
}

const zRate = z.object({
  'from currency code': z.string().trim().min(1),
  'to currency code': z.string().trim().min(1),
  'exchange rate': zPrice,
  'last refreshed': zText,
  'time zone': zText,
});

/** `{"Realtime Currency Exchange Rate": {…}}`, of money and of coins. */
export function readExchangeRate(answer: HttpAnswer, body: unknown, asked?: MarketSymbol[]): Reading {
  const words = byWords(recordOf(body) ?? {});
  const parsed = zRate.safeParse(words);
  if (!parsed.success || parsed.data['exchange rate'] === null) {
    return refusal('malformed', 'Alpha Vantage: an exchange rate without its rate.', { symbol: asked?.[0] ?? null });
  }
  const row = parsed.data;
  const symbol = pairAsked(row['from currency code'], row['to currency code'], asked);
  if (symbol === UNNAMED) return refusal('malformed', 'Alpha Vantage: an exchange rate of no pair.');
  const quoteTime = zonedTime(row['last refreshed'] ?? '', zoneNamed(row['time zone']));
  if (!quoteTime && 'last refreshed' in words) return reading({ errors: [timeless(symbol)] });
  const quote: Quote = {
    symbol,
    price: parsed.data['exchange rate'],
    open: null,
    high: null,
    low: null,
    previousClose: null,
    volume: null,
    marketCap: null,
    currency: row['to currency code'].toUpperCase(),
    quoteTime: quoteTime ?? answer.receivedAt,
    delayS: 0,
  };
  return reading({ quotes: [quote] });
}

/** `US/Eastern`, `UTC`, `GMT+8`: the IANA zone that a time zone of theirs means; UTC for what nobody knows. */
function zoneNamed(name: string | null): string {
  return name && /eastern|new_york/i.test(name) ? 'America/New_York' : 'UTC';
}
