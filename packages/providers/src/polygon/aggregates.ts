import { type Bar, isSessionDate, type MarketSymbol, type Quote, type SessionDate } from '@freshet/market';
import { z } from 'zod';
import { listingOf } from '../symbols/listings.ts';
import type { Reading } from '../provider.ts';
import { otherAnswer, reading, refusal } from '../wire/reading.ts';
import { dateInZone } from '../wire/session-date.ts';
import { firstNamed, UNNAMED } from '../symbols/spelling.ts';
import { zCount, zMoment, zPrice, zText } from '../wire/wire-fields.ts';
import { rowsOf, zRequiredPrice } from '../wire/wire-rows.ts';
import { fromPolygon } from './symbols.ts';

const DAY_MS = 86_400_000;
/** The free plan has prices from the session's end on. */
const END_OF_DAY_DELAY_S = 86_400;

const zAggregate = z.object({ T: zText, o: zPrice, h: zPrice, l: zPrice, c: zRequiredPrice, v: zCount, t: zMoment });
type Aggregate = z.infer<typeof zAggregate>;

/** Day bars of stocks and indices are stamped within New York's day, those of pairs within UTC's. */
export function sessionOf(symbol: MarketSymbol, at: Date): SessionDate {
  return dateInZone(at, listingOf(symbol).zone);
}

function barOf(row: Aggregate, symbol: MarketSymbol, session: SessionDate): Bar {
  const currency = symbol === UNNAMED ? null : listingOf(symbol).unit;
  return { symbol, session, open: row.o, high: row.h, low: row.l, close: row.c, volume: row.v, currency };
}

/** The list of an answer's rows: none is an answer of its own, whose meaning the caller knows. */
function rowsIn(body: Record<string, unknown>): Aggregate[] | null {
  const list = rowsOf(zAggregate, body.results ?? []);
  return list && (list.rows.length > 0 || list.bad === 0) ? list.rows : null;
}

/** The answer's own name of its ticker, else the one of the URL. */
function tickerOf(body: Record<string, unknown>, symbol: MarketSymbol, asked?: MarketSymbol[]): MarketSymbol {
  return firstNamed(fromPolygon(typeof body.ticker === 'string' ? body.ticker : null, asked), symbol);
}

const malformed = (symbol: MarketSymbol): Reading =>
  refusal('malformed', 'Polygon: aggregates without a close.', { symbol });

/** `/v2/aggs/ticker/{t}/range/{n}/{span}/…`; `span` is null where the URL doesn't tell. Only single days are daily bars. */
export function readRange(
  body: Record<string, unknown>,
  span: string | null,
  symbol: MarketSymbol,
  asked?: MarketSymbol[],
): Reading {
  if (span !== null && span !== '1 day') return otherAnswer('aggs/range', `${span} aggregates are not daily bars`);
  const named = tickerOf(body, symbol, asked);
  const rows = rowsIn(body);
  if (!rows) return malformed(named);
  if (rows.length === 0)
    return refusal('no_data', 'Polygon has no days in this span, or no such ticker.', { symbol: named });
  if (span === null && !stepsByDay(rows)) return otherAnswer('aggs/range', 'these aggregates are not daily bars');
  return reading({ bars: rows.flatMap((row) => (row.t ? [barOf(row, named, sessionOf(named, row.t))] : [])) });
}

function stepsByDay(rows: Aggregate[]): boolean {
  const stamps = rows.flatMap((row) => (row.t ? [row.t.getTime()] : [])).toSorted((a, b) => a - b);
  const steps = stamps.slice(1).map((stamp, i) => stamp - (stamps[i] ?? 0));
  return steps.every((step) => step >= 0.8 * DAY_MS) && (steps.length === 0 || Math.min(...steps) <= 5 * DAY_MS);
}

/** `/v2/aggs/ticker/{t}/prev`: the last session's bar, which on the free plan is also the newest price there is. */
export function readPrevious(body: Record<string, unknown>, symbol: MarketSymbol, asked?: MarketSymbol[]): Reading {
  const named = tickerOf(body, symbol, asked);
  const rows = rowsIn(body);
  if (!rows) return malformed(named);
  const last = rows.at(-1);
  if (!last) return refusal('unknown_symbol', 'Polygon has no last session for this ticker.', { symbol: named });
  if (!last.t) return malformed(named);
  const quote: Quote = {
    symbol: named,
    price: last.c,
    open: last.o,
    high: last.h,
    low: last.l,
    previousClose: null,
    volume: last.v,
    marketCap: null,
    currency: listingOf(named).unit,
    quoteTime: last.t,
    delayS: END_OF_DAY_DELAY_S,
  };
  return reading({ quotes: [quote], bars: [barOf(last, named, sessionOf(named, last.t))] });
}

/** `/v2/aggs/grouped/…/{date}`: every ticker's bar of one session. Those whose ticker is no symbol of ours are left out. */
export function readGrouped(body: Record<string, unknown>, session: SessionDate | null): Reading {
  const rows = rowsIn(body);
  if (!rows) return refusal('malformed', 'Polygon: grouped aggregates without closes.');
  if (rows.length === 0) return refusal('no_data', 'Polygon has no bars of that date: no session, or not yet over.');
  const bars = rows.flatMap((row): Bar[] => {
    const symbol = fromPolygon(row.T);
    const on = session ?? (row.t ? sessionOf(symbol, row.t) : null);
    return symbol === UNNAMED || on === null ? [] : [barOf(row, symbol, on)];
  });
  return reading({ bars });
}

const zOpenClose = z.object({
  symbol: zText,
  from: zText,
  day: zText,
  open: zPrice,
  high: zPrice,
  low: zPrice,
  close: zRequiredPrice,
  volume: zCount,
});

/** `/v1/open-close/{t}/{date}`: one day, of `from` for tickers and of `day` for pairs. */
export function readOpenClose(body: Record<string, unknown>, symbol: MarketSymbol, asked?: MarketSymbol[]): Reading {
  const parsed = zOpenClose.safeParse(body);
  const session = (parsed.data?.from ?? parsed.data?.day ?? '').slice(0, 10);
  if (!parsed.success || !isSessionDate(session))
    return refusal('malformed', 'Polygon: a day without its close or its date.', { symbol });
  const row = parsed.data;
  const named = firstNamed(fromPolygon(row.symbol, asked), symbol);
  const { open, high, low, close, volume } = row;
  return reading({
    bars: [{ symbol: named, session, open, high, low, close, volume, currency: listingOf(named).unit }],
  });
}
