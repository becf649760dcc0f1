import type { Reading } from '@freshet/providers';

type Quote = Reading['quotes'][number];
type Bar = Reading['bars'][number];

/** A decimal as a JSON number with every digit that it has, which a double might not hold. */
const raw = (value: string | null | undefined): unknown =>
  value === null || value === undefined ? null : (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(value);

/** What a provider's adapter made of an answer, as JSON: the fields as the API names them. */
export function readingJson(read: Reading, source: string): string {
  return JSON.stringify(
    {
      quotes: read.quotes.map((quote) => quoteJson(quote, source)),
      bars: read.bars.map(barJson),
      earnings: read.earnings.map(({ symbol, date, when }) => ({ symbol, date, when })),
      errors: read.errors.map(({ symbol, kind, retryAfterMs, detail }) => ({
        symbol,
        kind,
        retry_after_ms: retryAfterMs,
        detail,
      })),
      other: read.other.map(({ endpoint, why }) => ({ endpoint, why })),
    },
    null,
    2,
  );
}

function quoteJson(quote: Quote, source: string) {
  return {
    symbol: quote.symbol,
    price: raw(quote.price),
    open: raw(quote.open),
    high: raw(quote.high),
    low: raw(quote.low),
    previous_close: raw(quote.previousClose),
    volume: raw(quote.volume),
    market_cap: raw(quote.marketCap),
    currency: quote.currency,
    source,
    quote_time: quote.quoteTime.toISOString(),
    delay_s: quote.delayS,
    ...(quote.convertedBy ? { converted_by: conversionJson(quote.convertedBy) } : {}),
  };
}

function conversionJson({ from, rate, assumed }: NonNullable<Quote['convertedBy']>) {
  return { from, rate: raw(rate), ...(assumed ? { assumed } : {}) };
}

function barJson(bar: Bar) {
  return {
    symbol: bar.symbol,
    session: bar.session,
    open: raw(bar.open),
    high: raw(bar.high),
    low: raw(bar.low),
    close: raw(bar.close),
    adjusted_close: raw(bar.adjustedClose),
    volume: raw(bar.volume),
    split_ratio: raw(bar.splitRatio),
    dividend: raw(bar.dividend),
    currency: bar.currency ?? null,
  };
}
