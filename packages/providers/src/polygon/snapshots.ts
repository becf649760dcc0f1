import type { MarketSymbol, Quote } from '@freshet/market';
import { isMarketSymbol, pairOf } from '@freshet/market';
import { z } from 'zod';
import { listingOf } from '../symbols/listings.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { joined, reading, refusal } from '../wire/reading.ts';
import { zCount, zMoment, zPrice, zText } from '../wire/wire-fields.ts';
import { recordOf } from '../wire/wire-json.ts';
import { kindOf } from './errors.ts';
import { fromPolygon, indexSymbol } from './symbols.ts';

/** Delayed plans say so in `status` or `timeframe`. */
const DELAYED_S = 900;

const zDay = z.object({ o: zPrice, h: zPrice, l: zPrice, c: zPrice, v: zCount });
const zTrade = z.object({ p: zPrice, t: zMoment });
const zTicker = z.object({ ticker: zText, updated: zMoment });

/** `/v2/snapshot/…/tickers`: the last trade where there is one, else the day's last price, before the open the last close. */
export function readTicker(
  answer: HttpAnswer,
  record: Record<string, unknown>,
  delayed: boolean,
  asked?: MarketSymbol[],
): Reading {
  const head = zTicker.safeParse(record).data;
  const part = (name: string) => zDay.safeParse(recordOf(record[name]) ?? {}).data;
  const [day, minute, before] = [part('day'), part('min'), part('prevDay')];
  const trade = zTrade.safeParse(recordOf(record.lastTrade) ?? {}).data;
  const symbol = fromPolygon(head?.ticker, asked);
  const price = trade?.p ?? day?.c ?? minute?.c ?? before?.c ?? null;
  if (price === null) return refusal('no_data', 'Polygon: a snapshot without any price.', { symbol });
  const quote: Quote = {
    symbol,
    price,
    open: day?.o ?? null,
    high: day?.h ?? null,
    low: day?.l ?? null,
    previousClose: before?.c ?? null,
    volume: day?.v ?? null,
    marketCap: null,
    currency: listingOf(symbol).unit,
    quoteTime: (trade?.p ? trade.t : null) ?? head?.updated ?? answer.receivedAt,
    delayS: delayed ? DELAYED_S : 0,
  };
  return reading({ quotes: [quote] });
}

const zSession = z.object({
  price: zPrice,
  close: zPrice,
  open: zPrice,
  high: zPrice,
  low: zPrice,
  previous_close: zPrice,
  volume: zCount,
});
const zResult = z.object({
  ticker: zText,
  type: zText,
  value: zPrice,
  price: zPrice,
  error: zText,
  message: zText,
  timeframe: zText,
  last_updated: zMoment,
});
const zLast = z.object({
  price: zPrice,
  sip_timestamp: zMoment,
  participant_timestamp: zMoment,
  last_updated: zMoment,
});

/** `/v3/snapshot`, `/v3/snapshot/indices` and `/v1/summaries`: entries fail alone, with `error` and `message`. */
export function readResults(answer: HttpAnswer, list: unknown[], indices: boolean, asked?: MarketSymbol[]): Reading {
  if (list.length === 0) return refusal('no_data', 'Polygon: a snapshot of nothing.');
  return joined(list.map((one) => readResult(answer, recordOf(one) ?? {}, indices, asked)));
}

function readResult(
  answer: HttpAnswer,
  record: Record<string, unknown>,
  indices: boolean,
  asked?: MarketSymbol[],
): Reading {
  const row = zResult.safeParse(record).data;
  const symbol = symbolOf(row?.ticker ?? '', indices || row?.type === 'indices', asked);
  if (row?.error)
    return refusal(kindOf(row.message ?? '', row.error) ?? 'unavailable', `Polygon: ${row.message ?? row.error}`, {
      symbol,
    });
  if (row?.type === 'options') return reading({ other: [{ endpoint: 'snapshot', why: `${row.ticker} is an option` }] });
  const session = zSession.safeParse(recordOf(record.session) ?? {}).data;
  const trade = zLast.safeParse(recordOf(record.last_trade) ?? {}).data;
  const price = row?.value ?? trade?.price ?? row?.price ?? session?.price ?? session?.close ?? null;
  if (price === null) return refusal('no_data', 'Polygon: a snapshot without any price.', { symbol });
  const traded =
    trade?.price === price ? (trade.sip_timestamp ?? trade.participant_timestamp ?? trade.last_updated) : null;
  const quote: Quote = {
    symbol,
    price,
    open: session?.open ?? null,
    high: session?.high ?? null,
    low: session?.low ?? null,
    previousClose: session?.previous_close ?? null,
    volume: session?.volume ?? null,
    marketCap: null,
    currency: listingOf(symbol).unit,
    quoteTime: traded ?? row?.last_updated ?? answer.receivedAt,
    delayS: row?.timeframe === 'DELAYED' ? DELAYED_S : 0,
  };
  return reading({ quotes: [quote] });
}

/** Index snapshots also name them without `I:`. */
function symbolOf(ticker: string, index: boolean, asked?: MarketSymbol[]): MarketSymbol {
  const named = fromPolygon(ticker, asked);
  const isIndex = index && !ticker.includes(':') && !asked?.includes(named) && !pairOf(named);
  const indexNamed = isIndex ? indexSymbol(ticker) : named;
  return isMarketSymbol(indexNamed) ? indexNamed : named;
}
