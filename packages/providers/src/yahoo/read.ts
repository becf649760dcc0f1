import type { Bar, MarketSymbol } from '@freshet/market';
import { notData } from '../wire/asked-refusal.ts';
import type { HttpAnswer, Reading } from '../provider.ts';
import { joined, otherAnswer, providerError, reading, refusal } from '../wire/reading.ts';
import { UNNAMED } from '../symbols/spelling.ts';
import { parseJson, recordOf } from '../wire/wire-json.ts';
import { granularityOf, readDailyBars } from './bars.ts';
import { isDownload, readDownload } from './download.ts';
import { type YahooEndpoint, endpointOf, symbolsIn } from './endpoint.ts';
import { refusalOf } from './errors.ts';
import { readQuoteElement } from './quote.ts';
import { readFlatSpark, readSummary } from './spark-and-summary.ts';
import { fromYahoo } from './symbols.ts';

/**
 * Reads an answer of any of Yahoo's endpoints. Those that hold quotes, daily bars or earnings dates: `quote`, `chart`,
 * `spark`, `download`, and of `quoteSummary` the modules `price` and `calendarEvents`. Bars stay on the basis that the
 * body has (adjusted for splits): without the way up to today it isn't known which splits they carry.
 */
export function readYahoo(answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  const json = parseJson(answer.body);
  const endpoint = endpointOf(answer.url, json, answer.body);
  const named = symbolsIn(answer.url);
  const only = named.length === 1 ? fromYahoo(named[0] ?? '') : null;
  const refused = refusalOf(answer, json, only);
  if (endpoint.other !== undefined) {
    const why = otherAnswer(endpoint.name, endpoint.other);
    return refused && answer.status >= 400 ? joined([why, refused]) : throttled(refused) ? joined([why, refused]) : why;
  }
  if (refused) return refused;
  if (endpoint.name === 'download') return readCsv(answer, only ?? asked?.[0] ?? UNNAMED);
  if (json === undefined) return notData(answer, 'Yahoo');
  return READERS[endpoint.name](json, answer, asked);
}

const throttled = (refused: Reading | null): refused is Reading => refused?.errors[0]?.kind === 'rate_limited';

type JsonReader = (json: unknown, answer: HttpAnswer, asked?: MarketSymbol[]) => Reading;

const READERS: Record<Exclude<YahooEndpoint, 'download'>, JsonReader> = {
  quote: (json, answer, asked) => {
    const result = recordOf(recordOf(json)?.quoteResponse)?.result;
    if (!Array.isArray(result)) return refusal('malformed', 'no quoteResponse.result');
    const one = symbolsIn(answer.url);
    const named = one.length === 1 && result.length === 1 ? one[0] : undefined;
    const read = result.map((element) => readQuoteElement(element, answer.receivedAt, asked, named));
    const found = read.map((row) => row.quote?.symbol ?? row.error?.symbol);
    const errors = [...read.flatMap((row) => row.error ?? []), ...dropped(asked ?? one.map(fromYahoo), found)];
    if (result.length === 0 && errors.length === 0) return refusal('no_data', 'an empty result');
    return reading({
      quotes: read.flatMap((row) => row.quote ?? []),
      earnings: read.flatMap((row) => row.earnings ?? []),
      errors,
    });
  },
  chart: (json, answer, asked) => {
    const result = recordOf(recordOf(json)?.chart)?.result;
    if (!Array.isArray(result) || result.length === 0) return refusal('malformed', 'no chart.result');
    return joined(result.map((one) => readChart(one, answer, asked)));
  },
  spark: (json, answer, asked) => {
    const result = recordOf(recordOf(json)?.spark)?.result;
    if (!Array.isArray(result)) return readFlatSpark(json, answer, asked);
    const charts = result.flatMap((one) => {
      const responses = recordOf(one)?.response;
      return Array.isArray(responses) ? responses.map((chart) => readChart(chart, answer, asked)) : [];
    });
    if (charts.length === 0) return refusal('malformed', 'no spark.result');
    const all = joined(charts);
    const found = [...all.quotes, ...all.bars, ...all.errors].map((row) => row.symbol);
    all.errors.push(...dropped(asked ?? symbolsIn(answer.url).map(fromYahoo), found));
    return all;
  },
  quoteSummary: readSummary,
};

/** Yahoo leaves unknown symbols out without a word. */
function dropped(asked: (MarketSymbol | null)[], found: (MarketSymbol | null | undefined)[]) {
  return asked
    .filter((symbol) => symbol !== null && !found.includes(symbol))
    .map((symbol) => providerError('unknown_symbol', 'left out of the answer', { symbol }));
}

/** A chart holds a quote in its `meta`, and daily bars when its rows span a day. */
function readChart(result: unknown, answer: HttpAnswer, asked?: MarketSymbol[]): Reading {
  const meta = recordOf(recordOf(result)?.meta);
  if (!meta) return refusal('malformed', 'a chart without meta');
  const { quote, error } = readQuoteElement(meta, answer.receivedAt, asked, symbolsIn(answer.url)[0]);
  const symbol = quote?.symbol ?? error?.symbol;
  const granularity = granularityOf(result, intervalIn(answer.url));
  const bars: Bar[] = symbol && granularity === '1d' ? (readDailyBars(result, symbol) ?? []) : [];
  if (quote || bars.length > 0) return reading({ quotes: quote ? [quote] : [], bars });
  // Without a price in `meta` the last row's close is the price at that row's time.
  const last = readQuoteElement({ ...meta, ...lastClose(result) }, answer.receivedAt, asked, symbolsIn(answer.url)[0]);
  if (last.quote) return reading({ quotes: [last.quote] });
  return reading({ errors: error ? [error] : [] });
}

function lastClose(result: unknown): Record<string, unknown> {
  const { timestamp, indicators } = recordOf(result) ?? {};
  const columns = recordOf(indicators)?.quote;
  const closes = recordOf(Array.isArray(columns) ? columns[0] : undefined)?.close;
  if (!Array.isArray(closes) || !Array.isArray(timestamp)) return {};
  const index = closes.findLastIndex((close, at) => typeof close === 'number' && close > 0 && timestamp[at]);
  return index < 0 ? {} : { regularMarketPrice: closes[index], regularMarketTime: timestamp[index] };
}

function intervalIn(url: string): string | null {
  return /[?&]interval=([^&]+)/.exec(url)?.[1] ?? null;
}

function readCsv(answer: HttpAnswer, symbol: MarketSymbol): Reading {
  const interval = intervalIn(answer.url);
  if (interval && interval !== '1d') return otherAnswer('download', `rows of ${interval} are not daily bars`);
  if (!isDownload(answer.body)) return notData(answer, 'Yahoo');
  const bars = readDownload(answer.body, symbol);
  if (!bars) return otherAnswer('download', 'a file without prices (dividends or splits)');
  return bars.length > 0 ? reading({ bars }) : refusal('no_data', 'no rows', { symbol });
}
