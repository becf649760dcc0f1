import type { MarketSymbol, Quote } from '@freshet/market';
import { pairOf } from '@freshet/market';
import { z } from 'zod';
import { listingOf } from '../symbols/listings.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { joined, reading, refusal, timeless } from '../wire/reading.ts';
import { firstNamed } from '../symbols/spelling.ts';
import { zCount, zMoment, zPrice, zText, zToldMoment } from '../wire/wire-fields.ts';
import { recordOf } from '../wire/wire-json.ts';
import { wirePositive } from '../wire/wire-number.ts';
import { fromIex } from './symbols.ts';

const DELAYED_S = 900;

/** A quote of any year: of stocks, of coins (prices as text), of lists, `delayed-quote`, `/tops`, `/fx/latest`, a coin's price. */
const zQuote = z.object({
  symbol: zText,
  latestPrice: zPrice,
  delayedPrice: zPrice,
  lastSalePrice: zPrice,
  price: zPrice,
  rate: zPrice,
  latestUpdate: zToldMoment,
  delayedPriceTime: zToldMoment,
  lastSaleTime: zToldMoment,
  time: zToldMoment,
  timestamp: zToldMoment,
  latestVolume: zCount,
  volume: zCount,
  open: zPrice,
  high: zPrice,
  low: zPrice,
  previousClose: zPrice,
  marketCap: zCount,
  currency: zText,
  calculationPrice: zText,
  latestSource: zText,
});

/** One quote. A symbol that is known but has never traded has no latest price. */
export function readQuote(
  answer: HttpAnswer,
  record: Record<string, unknown>,
  wire: string | null,
  isPair: boolean,
  asked?: MarketSymbol[],
): Reading {
  const row = zQuote.safeParse(record).data;
  const pair = isPair || record.sector === 'cryptocurrency';
  const symbol = firstNamed(fromIex(row?.symbol, asked, pair), fromIex(wire, asked, pair));
  const late = row?.latestPrice === null && row.delayedPrice !== null;
  const price = row && (row.latestPrice ?? row.delayedPrice ?? row.lastSalePrice ?? row.price ?? row.rate);
  if (!row || !price) return refusal('no_data', 'IEX Cloud: a quote without a latest price.', { symbol });
  const times = late ? [row.delayedPriceTime] : [row.latestUpdate, row.lastSaleTime, row.time, row.timestamp];
  const quoteTime = times.find((time) => time instanceof Date);
  if (!quoteTime && times.includes(null)) return reading({ errors: [timeless(symbol)] });
  const quote: Quote = {
    symbol,
    price,
    open: row.open,
    high: row.high,
    low: row.low,
    previousClose: row.previousClose,
    volume: row.latestVolume ?? row.volume,
    marketCap: row.marketCap,
    currency: pairOf(symbol)?.quote ?? row.currency?.toUpperCase() ?? listingOf(symbol).unit,
    quoteTime: quoteTime ?? answer.receivedAt,
    delayS: late || /delayed|sip/i.test(`${row.calculationPrice} ${row.latestSource}`) ? DELAYED_S : 0,
  };
  return reading({ quotes: [quote] });
}

/** A list of quotes: most active names, rates, last trades. */
export function readQuoteList(answer: HttpAnswer, list: unknown[], isPair: boolean, asked?: MarketSymbol[]): Reading {
  if (list.length === 0)
    return refusal('no_data', 'IEX Cloud: an empty list of quotes.', { symbol: asked?.[0] ?? null });
  return joined(list.map((one) => readQuote(answer, recordOf(one) ?? {}, null, isPair, asked)));
}

/** `/price` and `/quote/latestPrice`: a bare number. */
export function readBarePrice(
  answer: HttpAnswer,
  parsed: unknown,
  wire: string | null,
  isPair: boolean,
  asked?: MarketSymbol[],
): Reading {
  const price = wirePositive(parsed);
  if (price === null)
    return refusal('no_data', 'IEX Cloud: no price above zero.', { symbol: fromIex(wire, asked, isPair) });
  return readQuote(answer, { price }, wire, isPair, asked);
}

const zEnd = z.object({ price: zPrice, time: zMoment });

/** `/ohlc`: the official open and close with their times, and the session's range; the close is the price. */
export function readOhlc(
  answer: HttpAnswer,
  record: Record<string, unknown>,
  wire: string | null,
  asked?: MarketSymbol[],
): Reading {
  const end = (name: string) => zEnd.safeParse(recordOf(record[name]) ?? {}).data;
  const [open, close] = [end('open'), end('close')];
  // After the open of the next session the close is still that of the one before.
  const together = !open?.time || !close?.time || open.time <= close.time;
  const [last, high, low] = [close?.price ?? open?.price, record.high, record.low];
  return readQuote(
    answer,
    {
      ...(typeof record.symbol === 'string' ? { symbol: record.symbol } : {}),
      price: last,
      time: (close?.price ? close.time : open?.time)?.getTime(),
      ...(together ? { open: open?.price, high, low, volume: record.volume } : {}),
    },
    wire,
    false,
    asked,
  );
}
