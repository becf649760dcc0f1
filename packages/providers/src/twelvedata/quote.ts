import type { MarketSymbol, Quote } from '@freshet/market';
import { isMarketSymbol, isSessionDate, pairOf } from '@freshet/market';
import { z } from 'zod';
import { listingOf, timeOfSession } from '../symbols/listings.ts';
import { inMajor, namedUnit } from '../wire/minor-units.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { reading, refusal, timeless } from '../wire/reading.ts';
import { zCount, zPrice, zText, zToldMoment } from '../wire/wire-fields.ts';
import { zonedTime } from '../wire/zoned-time.ts';
import { fromTwelveData } from './symbols.ts';

/** `/quote`, and the smaller forms of `/price`, `/eod`, `/exchange_rate` and `/currency_conversion`. */
const zAnswer = z.object({
  symbol: zText,
  exchange: zText,
  mic_code: zText,
  type: zText,
  currency: zText,
  datetime: zText,
  timestamp: zToldMoment,
  last_quote_at: zToldMoment,
  open: zPrice,
  high: zPrice,
  low: zPrice,
  close: zPrice,
  price: zPrice,
  rate: zPrice,
  volume: zCount,
  previous_close: zPrice,
});

/** One quote; `hint` is the name that it was asked or keyed by, for answers that carry none (`{"price": "20.8"}`). */
export function readQuote(
  answer: HttpAnswer,
  body: Record<string, unknown>,
  hint: string | null,
  asked?: MarketSymbol[],
): Reading {
  const parsed = zAnswer.safeParse(body);
  if (!parsed.success) return refusal('malformed', 'Twelve Data: a quote in another shape.');
  const row = parsed.data;
  const at = { exchange: row.exchange, mic: row.mic_code, type: row.type };
  const symbol = fromTwelveData(hintFits(hint, row.symbol) ? hint : row.symbol, asked, at);
  const pair = pairOf(symbol);
  const unit = namedUnit(pair?.quote ?? row.currency, symbol);
  const price = inMajor(row.close ?? row.price ?? row.rate, unit);
  if (price === null) return refusal('malformed', 'Twelve Data: a quote without a price above zero.', { symbol });
  const exact = row.last_quote_at ?? row.timestamp;
  const quoteTime = exact ?? localTime(symbol, row.datetime, answer.receivedAt);
  const isTold = ['last_quote_at', 'timestamp', 'datetime'].some((field) => field in body);
  if (!quoteTime && isTold) return reading({ errors: [timeless(symbol)] });
  const quote: Quote = {
    symbol,
    price,
    open: inMajor(row.open, unit),
    high: inMajor(row.high, unit),
    low: inMajor(row.low, unit),
    previousClose: inMajor(row.previous_close, unit),
    volume: row.volume,
    marketCap: null,
    currency: unit.currency,
    quoteTime: quoteTime ?? answer.receivedAt,
    ...(!exact && row.datetime && isSessionDate(row.datetime) && { session: row.datetime }),
    delayS: 0,
    ...(unit.convertedBy ? { convertedBy: unit.convertedBy } : {}),
  };
  return reading({ quotes: [quote] });
}

/** The name asked for says more than the body's (`VOD:LSE` beside `VOD`), as long as they agree. */
function hintFits(hint: string | null, own: string | null): boolean {
  return (
    hint !== null &&
    (own === null ||
      !isMarketSymbol(own.replace('/', '-').toUpperCase()) ||
      hint.toUpperCase().split(':')[0] === own.toUpperCase())
  );
}

/** Datetimes have no offset: they are of the exchange's clocks. A date alone is the end of its session. */
function localTime(symbol: MarketSymbol, datetime: string | null, receivedAt: Date): Date | null {
  if (datetime === null) return null;
  if (isSessionDate(datetime)) return timeOfSession(symbol, datetime, receivedAt);
  return zonedTime(datetime, listingOf(symbol).zone);
}
