import { Amount, type DecimalText, type MarketSymbol, type Quote } from '@freshet/market';
import { z } from 'zod';
import { listingOf } from '../symbols/listings.ts';
import { pairAsked } from '../symbols/pair-symbols.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { reading, refusal } from '../wire/reading.ts';
import { firstNamed, UNNAMED } from '../symbols/spelling.ts';
import { zMoment, zPrice, zText } from '../wire/wire-fields.ts';
import { recordOf } from '../wire/wire-json.ts';
import { fromPolygon } from './symbols.ts';

/** Every name that a last trade or a last quote has had, the one-letter ones of `/v2` among them (`P` asks, `p` bids or trades). */
const zLast = z.object({
  T: zText,
  p: zPrice,
  P: zPrice,
  t: zMoment,
  price: zPrice,
  bid: zPrice,
  ask: zPrice,
  bidprice: zPrice,
  askprice: zPrice,
  timestamp: zMoment,
});

function quoteOf(symbol: MarketSymbol, price: DecimalText, quoteTime: Date): Reading {
  const nothing = { open: null, high: null, low: null, previousClose: null, volume: null, marketCap: null };
  const quote: Quote = { symbol, price, ...nothing, currency: listingOf(symbol).unit, quoteTime, delayS: 0 };
  return reading({ quotes: [quote] });
}

/** Halfway between bid and ask; the one that is there when the other isn't. */
function between(bid: DecimalText | null, ask: DecimalText | null): DecimalText | null {
  return bid && ask ? new Amount(bid).plus(ask).div(2).toFixed() : (bid ?? ask);
}

/** `/v2/last/trade`, `/v2/last/nbbo`, `/v1/last/…`, `/v1/last_quote/currencies/…`: a trade's price, else the middle of bid and ask. */
export function readLast(
  answer: HttpAnswer,
  body: Record<string, unknown>,
  symbol: MarketSymbol,
  asked?: MarketSymbol[],
): Reading {
  const row = zLast.safeParse(recordOf(body.results ?? body.last) ?? {}).data;
  const price = row && (row.price ?? between(row.bid ?? row.bidprice ?? row.p, row.ask ?? row.askprice ?? row.P));
  const wire = row?.T ?? (typeof body.symbol === 'string' ? body.symbol : null);
  const named = firstNamed(fromPolygon(wire, asked), symbol);
  if (!price) return refusal('no_data', 'Polygon: a last quote without a price.', { symbol: named });
  return quoteOf(named, price, row.t ?? row.timestamp ?? answer.receivedAt);
}

const zConversion = z.object({ from: zText, to: zText, converted: zPrice, initialAmount: zPrice });

/** `/v1/conversion/{from}/{to}`: the rate is what the amount became; `last` may be the pair the other way round. */
export function readConversion(answer: HttpAnswer, body: Record<string, unknown>, asked?: MarketSymbol[]): Reading {
  const row = zConversion.safeParse(body).data;
  const symbol = row?.from && row.to ? pairAsked(row.from, row.to, asked) : UNNAMED;
  if (!row?.converted || !row.initialAmount || symbol === UNNAMED)
    return refusal('malformed', 'Polygon: a conversion without its amounts.', { symbol });
  const last = zLast.safeParse(recordOf(body.last) ?? {}).data;
  return quoteOf(
    symbol,
    new Amount(row.converted).div(row.initialAmount).toFixed(),
    last?.timestamp ?? answer.receivedAt,
  );
}
