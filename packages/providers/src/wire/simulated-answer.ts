import { Amount, type Bar, type DecimalText, type MarketSymbol, type Quote, type SessionDate } from '@freshet/market';
import { listingOf } from '../symbols/listings.ts';
import { priceUnit } from './minor-units.ts';
import type { SimulatedAnswer } from '../provider.ts';

/** A JSON answer of the simulator's end. */
export function jsonAnswer(body: unknown, status = 200, headers: Record<string, string> = {}): SimulatedAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

/** A text answer: plain by default. */
export function textAnswer(body: string, status = 200, type = 'text/plain; charset=utf-8'): SimulatedAnswer {
  return { status, headers: { 'content-type': type }, body };
}

/** A decimal as a JSON number; null stays null. */
export function asNumber(text: DecimalText | null | undefined): number | null {
  return text === null || text === undefined ? null : Number(text);
}

/** A decimal text with at least so many decimals, as feeds that pad their prices write it. */
export function padded(text: DecimalText, decimals: number): string {
  const [whole = '0', fraction = ''] = text.split('.');
  return decimals === 0 && fraction === '' ? whole : `${whole}.${fraction.padEnd(decimals, '0')}`;
}

/** The change from a previous close in its own unit and in percent; zeros without one. */
export function changeOf(price: DecimalText, previousClose: DecimalText | null): { change: number; percent: number } {
  const before = Number(previousClose ?? price);
  const change = Number((Number(price) - before).toFixed(5));
  return { change, percent: before > 0 ? Number(((change / before) * 100).toFixed(4)) : 0 };
}

/** The calendar date so many days before a moment, in UTC. */
export function daysBefore(moment: Date, days: number): SessionDate {
  return new Date(moment.getTime() - days * 86_400_000).toISOString().slice(0, 10);
}

/** A quote in the unit that its listing's prices are written in: London's in pence. */
export function quoteOnWire(quote: Quote): Quote {
  const on = wirePrice(quote.symbol);
  const { price, open, high, low, previousClose } = quote;
  return {
    ...quote,
    price: on(price) ?? price,
    open: on(open),
    high: on(high),
    low: on(low),
    previousClose: on(previousClose),
  };
}

/** As `quoteOnWire`, of a bar. */
export function barOnWire(bar: Bar): Bar {
  const on = wirePrice(bar.symbol);
  return { ...bar, open: on(bar.open), high: on(bar.high), low: on(bar.low), close: on(bar.close) ?? bar.close };
}

function wirePrice(symbol: MarketSymbol): (price: DecimalText | null) => DecimalText | null {
  const { rate } = priceUnit(listingOf(symbol).unit);
  return (price) => (price === null || rate === '1' ? price : new Amount(price).div(rate).toFixed());
}
