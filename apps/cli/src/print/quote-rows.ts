import type { QuoteView } from '@freshet/contracts';
import { table } from './table.ts';
import { duration, percent, price } from './words.ts';

/** Quotes as people read them: the price, how old it is, where it came from. */
export function quoteTable(quotes: readonly QuoteView[]): string {
  return table(
    ['symbol', 'price', '', 'change', 'age', 'freshness', 'session', 'source', ''],
    quotes.map((quote) => [
      quote.symbol,
      price(quote.price),
      quote.currency,
      percent(quote.change_percent),
      duration(quote.age_s),
      quote.freshness,
      quote.session,
      quote.source,
      noteOn(quote),
    ]),
  );
}

function noteOn({ quality, stale_served, stale_reason }: QuoteView): string {
  const notes = [
    quality === 'suspect' ? 'suspect' : '',
    stale_served ? `stale: ${stale_reason ?? 'no newer one'}` : '',
  ];
  return notes.filter(Boolean).join(', ');
}
