import type { QuoteView } from '@freshet/contracts';
import { batch, signal, type Signal } from '@preact/signals';
import { freshnessOfAge } from '../format/freshness.ts';
import { serverNow } from './clock.ts';
import { onEvent } from './stream.ts';

/** The latest quote of every symbol that the page has seen: one signal each, so that a price moves only its own cell. */
const held = new Map<string, Signal<QuoteView | null>>();

export function quoteOf(symbol: string): Signal<QuoteView | null> {
  const there = held.get(symbol);
  if (there) return there;
  const created = signal<QuoteView | null>(null);
  held.set(symbol, created);
  return created;
}

/** Stores quotes that the API answered, except those that are older than what an event has brought meanwhile. */
export function holdQuotes(quotes: readonly QuoteView[]): void {
  batch(() => {
    for (const quote of quotes) {
      const cell = quoteOf(quote.symbol);
      if (!isOlder(quote, cell.peek())) cell.value = quote;
    }
  });
}

export function followPrices(): void {
  onEvent('price_update', (payload) => {
    const update = payload as unknown as PriceUpdate;
    const cell = quoteOf(update.symbol);
    if (!isOlder(update, cell.peek())) cell.value = withUpdate(cell.peek(), update, serverNow());
  });
}

/** A price event: the quote as it was stored. */
export type PriceUpdate = Pick<
  QuoteView,
  | 'symbol'
  | 'price'
  | 'open'
  | 'high'
  | 'low'
  | 'previous_close'
  | 'volume'
  | 'currency'
  | 'source'
  | 'quote_time'
  | 'fetched_at'
  | 'delay_s'
  | 'quality'
  | 'refresh_id'
>;

/** The quote that a page shows after a price event: what the event doesn't say is worked out, or stays. */
export function withUpdate(before: QuoteView | null, update: PriceUpdate, nowMs: number): QuoteView {
  const { price, previous_close: close } = update;
  const change = close === null ? null : price - close;
  const age = Math.max(0, (nowMs - Date.parse(update.fetched_at)) / 1_000) + update.delay_s;
  return {
    market_cap: before?.market_cap ?? null,
    session: before?.session ?? 'open',
    ...update,
    change,
    change_percent: change === null || !close ? null : (change / close) * 100,
    age_s: age,
    // A price that arrives outside the session may be the close; the next reading says which.
    freshness: before && before.session !== 'open' && before.freshness === 'fresh' ? 'fresh' : freshnessOfAge(age),
    stale_served: false,
  };
}

/** Compares the times of fetching. An equal time isn't older: the same fetch, read again, has a newer judgement of freshness. */
export function isOlder(quote: Pick<QuoteView, 'fetched_at'>, than: Pick<QuoteView, 'fetched_at'> | null): boolean {
  return than !== null && Date.parse(quote.fetched_at) < Date.parse(than.fetched_at);
}
