import { Amount, type Bar, classOfSymbol } from '@freshet/market';
import type { MarketView, SimulatedAnswer, SimulatedEndpoint } from '../provider.ts';
import { momentInZone } from '../session-date.ts';
import { JSON_TYPE, listingOf, wireNumber, wireSymbol, wireUnit } from './simulated-listing.ts';

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
  const { zone, exchange, openMinute } = listingOf(symbol);
  const unit = wireUnit(symbol, quote?.currency ?? all[0]?.currency ?? 'USD');
  const openOf = (bar: Bar) => momentInZone(bar.session, openMinute, zone).getTime() / 1000;
  const rows = splitAdjusted(all).filter((row) => row.bar.session <= until);
  const factors = rows.map(({ ratio }) => (ratio.eq(1) ? unit.times : new Amount(unit.times).div(ratio)));
  const prices = (field: 'open' | 'high' | 'low' | 'close') =>
    rows.map(({ bar }, index) => wireNumber(bar[field], factors[index]) ?? null);
  const result = {
    meta: {
      currency: unit.code,
      symbol: wireSymbol(symbol),
      exchangeName: exchange,
      instrumentType: classOfSymbol(symbol).toUpperCase(),
      exchangeTimezoneName: zone,
      ...meta(market, symbol, unit.times),
      dataGranularity: '1d',
      range: '',
    },
    ...(rows.length > 0 ? { timestamp: rows.map(({ bar }) => openOf(bar)) } : {}),
    ...events(rows, openOf, unit.times),
    indicators: {
      quote: [
        rows.length === 0
          ? {}
          : {
              open: prices('open'),
              high: prices('high'),
              low: prices('low'),
              close: prices('close'),
              volume: rows.map(({ bar, ratio }) => wireNumber(bar.volume, ratio.eq(1) ? 1 : ratio) ?? null),
            },
      ],
      adjclose: [
        rows.length === 0 ? {} : { adjclose: rows.map(({ bar }) => wireNumber(bar.adjustedClose, unit.times) ?? null) },
      ],
    },
  };
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify({ chart: { result: [result], error: null } }) };
};

interface Row {
  bar: Bar;
  /** The product of the splits after this session. */
  ratio: Amount;
}

function splitAdjusted(bars: Bar[]): Row[] {
  let ratio = new Amount(1);
  const rows: Row[] = [];
  for (const bar of bars.toReversed()) {
    rows.push({ bar, ratio });
    if (bar.splitRatio) ratio = ratio.times(bar.splitRatio);
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

function events(rows: Row[], openOf: (bar: Bar) => number, times: number): Record<string, unknown> {
  const dividends: Record<string, unknown> = {};
  const splits: Record<string, unknown> = {};
  for (const { bar, ratio } of rows) {
    const date = openOf(bar);
    if (bar.dividend) dividends[date] = { amount: wireNumber(bar.dividend, new Amount(times).div(ratio)), date };
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
