import { Amount, type Bar, classOfSymbol, type SessionDate } from '@freshet/market';
import type { MarketView, SimulatedAnswer, SimulatedEndpoint } from '../provider.ts';
import { momentInZone } from '../wire/session-date.ts';
import { JSON_TYPE, listingAtYahoo, wireNumber, yahooSymbol, wireUnit } from './simulated-listing.ts';

/**
 * `/v8/finance/chart/{symbol}`: columns beside a list of session opens, prices divided by the splits that came after,
 * as Yahoo does it.
 */
export const writeChart: SimulatedEndpoint['write'] = ({ symbols, from, to }, market) => {
  const [symbol = ''] = symbols;
  const quote = market.quote(symbol);
  const today = market.now.toISOString().slice(0, 10);
  const until = to && to < today ? to : today;
  const all = market.bars(symbol, from ?? '1990-01-01', today);
  if (!quote && all.length === 0) return notFound();
  const { zone, exchange, openMinute } = listingAtYahoo(symbol);
  const unit = wireUnit(symbol, quote?.currency ?? all[0]?.currency ?? 'USD');
  const openingOf = openingsAt(openMinute, zone);
  const rows = splitAdjusted(all).filter((row) => row.bar.session <= until);
  const factors = rows.map(({ ratio }) => (ratio ? new Amount(unit.times).div(ratio) : unit.times));
  const prices = (field: 'open' | 'high' | 'low' | 'close') =>
    rows.map(({ bar }, index) => wireNumber(bar[field], factors[index]) ?? null);
  const result = {
    meta: {
      currency: unit.code,
      symbol: yahooSymbol(symbol),
      exchangeName: exchange,
      instrumentType: classOfSymbol(symbol).toUpperCase(),
      exchangeTimezoneName: zone,
      ...meta(market, symbol, unit.times),
      dataGranularity: '1d',
      range: '',
    },
    ...(rows.length > 0 ? { timestamp: rows.map(({ bar }) => openingOf(bar.session)) } : {}),
    ...events(rows, openingOf, unit.times),
    indicators: {
      quote: [
        rows.length === 0
          ? {}
          : {
              open: prices('open'),
              high: prices('high'),
              low: prices('low'),
              close: prices('close'),
              volume: rows.map(({ bar, ratio }) => wireNumber(bar.volume, ratio ?? 1) ?? null),
            },
      ],
      adjclose: [
        rows.length === 0 ? {} : { adjclose: rows.map(({ bar }) => wireNumber(bar.adjustedClose, unit.times) ?? null) },
      ],
    },
  };
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify({ chart: { result: [result], error: null } }) };
};

/** A century of sessions of one exchange. */
const MOST_OPENINGS = 30_000;
const openingsOf = new Map<string, Map<SessionDate, number>>();

/** Openings in seconds since 1970: all symbols of an exchange ask for the same ones. */
function openingsAt(minute: number, zone: string): (session: SessionDate) => number {
  const key = `${minute} ${zone}`;
  const known = openingsOf.get(key) ?? new Map<SessionDate, number>();
  openingsOf.set(key, known);
  return (session) => {
    let opening = known.get(session);
    if (opening === undefined) {
      opening = momentInZone(session, minute, zone).getTime() / 1000;
      if (known.size >= MOST_OPENINGS) known.clear();
      known.set(session, opening);
    }
    return opening;
  };
}

interface Row {
  bar: Bar;
  /** The product of the splits after this session; null when there were none. */
  ratio: Amount | null;
}

function splitAdjusted(bars: Bar[]): Row[] {
  let ratio: Amount | null = null;
  const rows: Row[] = [];
  for (const bar of bars.toReversed()) {
    rows.push({ bar, ratio });
    if (bar.splitRatio) ratio = (ratio ?? new Amount(1)).times(bar.splitRatio);
  }
  return rows.toReversed();
}

function meta(market: MarketView, symbol: string, times: number): Record<string, unknown> {
  const quote = market.quote(symbol);
  if (!quote) return {};
  return {
    regularMarketTime: Math.floor(quote.quoteTime.getTime() / 1000),
    regularMarketPrice: wireNumber(quote.price, times),
    regularMarketDayHigh: wireNumber(quote.high, times),
    regularMarketDayLow: wireNumber(quote.low, times),
    regularMarketVolume: wireNumber(quote.volume),
  };
}

function events(rows: Row[], openingOf: (session: SessionDate) => number, times: number): Record<string, unknown> {
  const dividends: Record<string, unknown> = {};
  const splits: Record<string, unknown> = {};
  for (const { bar, ratio } of rows) {
    if (!bar.dividend && !bar.splitRatio) continue;
    const date = openingOf(bar.session);
    if (bar.dividend) dividends[date] = { amount: wireNumber(bar.dividend, new Amount(times).div(ratio ?? 1)), date };
    if (bar.splitRatio) {
      const [numerator, denominator] = new Amount(bar.splitRatio).toFraction(1000).map(Number);
      splits[date] = { date, numerator, denominator, splitRatio: `${numerator}:${denominator}` };
    }
  }
  const both = {
    ...(Object.keys(dividends).length > 0 ? { dividends } : {}),
    ...(Object.keys(splits).length > 0 ? { splits } : {}),
  };
  return Object.keys(both).length > 0 ? { events: both } : {};
}

function notFound(): SimulatedAnswer {
  const error = { code: 'Not Found', description: 'No data found, symbol may be delisted' };
  return { status: 404, headers: JSON_TYPE, body: JSON.stringify({ chart: { result: null, error } }) };
}
