import type { MarketSymbol } from '@freshet/market';
import type { HttpAnswer, Reading } from '../provider.ts';
import { joined, otherAnswer, reading, refusal } from '../wire/reading.ts';
import { recordOf } from '../wire/wire-json.ts';
import { granularityOf, readDailyBars } from './bars.ts';
import { earningsOfCalendar } from './earnings.ts';
import { symbolsIn } from './endpoint.ts';
import { readQuoteElement } from './quote.ts';
import { askedAs, fromYahoo } from './symbols.ts';

/**
 * `/v8/finance/spark`: an object keyed by symbol with `timestamp[]`, `close[]` and no `meta`. Daily closes are bars
 * (UTC dates, for it says no zone); the last close at its time is the quote, where the symbol tells the currency.
 */
export function readFlatSpark(json: unknown, answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  const entries = Object.entries(recordOf(json) ?? {}).filter(([, one]) => Array.isArray(recordOf(one)?.close));
  if (entries.length === 0) return refusal('malformed', 'no spark.result');
  return joined(
    entries.map(([key, value]) => {
      const row = recordOf(value) ?? {};
      const symbol = askedAs(typeof row.symbol === 'string' ? row.symbol : key, asked);
      if (!symbol) return refusal('malformed', 'a spark without a symbol');
      const closes = row.close as unknown[];
      const times = Array.isArray(row.timestamp) ? row.timestamp : [];
      const chart = { meta: row, timestamp: times, indicators: { quote: [{ close: closes }] } };
      const daily = granularityOf(chart, /[?&]interval=([^&]+)/.exec(answer.url)?.[1] ?? null) === '1d';
      const last = closes.findLastIndex((close) => typeof close === 'number' && close > 0);
      const element = { ...row, symbol, regularMarketPrice: closes[last], regularMarketTime: times[last] };
      const { quote, error } = readQuoteElement(element, answer.receivedAt, asked, key);
      const bars = daily ? (readDailyBars(chart, symbol) ?? []) : [];
      if (quote || bars.length > 0) return reading({ quotes: quote ? [quote] : [], bars });
      return reading({ errors: error ? [error] : [] });
    }),
  );
}

/** `/v10/finance/quoteSummary`: the modules `price` (a quote) and `calendarEvents` (an earnings date); no others. */
export function readSummary(json: unknown, answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  const result = recordOf(recordOf(json)?.quoteSummary)?.result;
  const modules = Array.isArray(result) ? recordOf(result[0]) : undefined;
  if (!modules) return refusal('malformed', 'no quoteSummary.result');
  const [named] = symbolsIn(answer.url);
  const price = recordOf(modules.price);
  const { quote, error } = price ? readQuoteElement(price, answer.receivedAt, asked, named) : {};
  const symbol = quote?.symbol ?? error?.symbol ?? (named ? fromYahoo(named) : null);
  const at = quote?.quoteTime ?? answer.receivedAt;
  const earnings = symbol ? earningsOfCalendar(modules.calendarEvents, symbol, at) : null;
  if (!quote && !earnings && !error) {
    return otherAnswer(
      'quoteSummary',
      `of its modules only price and calendarEvents are used, not ${Object.keys(modules)}`,
    );
  }
  return reading({
    quotes: quote ? [quote] : [],
    earnings: earnings ? [earnings] : [],
    errors: error && !earnings ? [error] : [],
  });
}
