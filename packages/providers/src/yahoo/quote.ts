import type { EarningsDate, MarketSymbol, Quote } from '@freshet/market';
import { z } from 'zod';
import { inMajor, priceUnit } from '../wire/minor-units.ts';
import type { ProviderError } from '../provider.ts';
import { providerError, timeless } from '../wire/reading.ts';
import { zCount, zPrice, zText, zToldIsoMoment } from '../wire/wire-fields.ts';
import { recordOf } from '../wire/wire-json.ts';
import { earningsOf } from './earnings.ts';
import { askedAs, impliedCurrency } from './symbols.ts';

/** One element of `quoteResponse.result`, a chart's `meta`, or quoteSummary's `price`: the fields are named alike. */
const yahooQuote = z.object({
  symbol: zText,
  quoteType: zText,
  currency: zText,
  regularMarketPrice: zPrice,
  regularMarketTime: zToldIsoMoment,
  regularMarketOpen: zPrice,
  regularMarketDayHigh: zPrice,
  regularMarketDayLow: zPrice,
  regularMarketPreviousClose: zPrice,
  previousClose: zPrice,
  chartPreviousClose: zPrice,
  regularMarketVolume: zCount,
  marketCap: zCount,
  exchangeDataDelayedBy: zCount,
  range: zText,
});

/** What one element says of its symbol: a quote, or why there is none; and its earnings date. */
export interface YahooQuoteReading {
  quote?: Quote;
  earnings?: EarningsDate;
  error?: ProviderError;
}

/** `named`: the symbol, where the element itself doesn't say. */
export function readQuoteElement(
  element: unknown,
  receivedAt: Date,
  asked: readonly MarketSymbol[] | undefined,
  named?: string,
): YahooQuoteReading {
  const fields = yahooQuote.safeParse(unformatted(element));
  if (!fields.success) return { error: providerError('malformed', 'a quote that is not an object') };
  const row = fields.data;
  const symbol = askedAs(row.symbol ?? named ?? '', asked);
  if (!symbol) return { error: providerError('malformed', 'a quote without a symbol') };
  if (!row.regularMarketPrice) {
    const why = row.quoteType === 'NONE' ? 'listed no more' : 'known, but without a price';
    return { error: providerError('no_data', why, { symbol }) };
  }
  const code = row.currency ?? impliedCurrency(symbol);
  if (!code) return { error: providerError('malformed', 'a price without a currency', { symbol }) };
  if (row.regularMarketTime === null) return { error: timeless(symbol) };
  const unit = priceUnit(code);
  // Before the range of a chart of several days; the previous session's only for a chart of one.
  const chartPrevious = row.range === '1d' ? row.chartPreviousClose : null;
  const quote: Quote = {
    symbol,
    price: inMajor(row.regularMarketPrice, unit) ?? row.regularMarketPrice,
    open: inMajor(row.regularMarketOpen, unit),
    high: inMajor(row.regularMarketDayHigh, unit),
    low: inMajor(row.regularMarketDayLow, unit),
    previousClose: inMajor(row.regularMarketPreviousClose ?? row.previousClose ?? chartPrevious, unit),
    volume: row.regularMarketVolume,
    // Yahoo gives capitalisations in the major unit even where prices are in pence.
    marketCap: row.marketCap,
    currency: unit.currency,
    // Only an answer cut down by `fields=` lacks the time; the price is then at most as old as the answer.
    quoteTime: row.regularMarketTime ?? receivedAt,
    delayS: Number(row.exchangeDataDelayedBy ?? 0) * 60,
    ...(unit.convertedBy ? { convertedBy: unit.convertedBy } : {}),
  };
  return { quote, earnings: earningsOf(unformatted(element), symbol, quote.quoteTime) ?? undefined };
}

/** With `formatted=true` every number comes as `{"raw": 1.5, "fmt": "1.50"}`: the raw ones. */
export function unformatted(element: unknown): unknown {
  const row = recordOf(element);
  if (!row) return element;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const parts = recordOf(value);
      return [name, parts && 'raw' in parts ? parts.raw : value];
    }),
  );
}
