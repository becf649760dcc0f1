import type { QuoteView } from '@freshet/contracts';
import { holdQuotes, isOlder, type PriceUpdate, quoteOf, withUpdate } from './quotes.ts';

const at = Date.UTC(2026, 10, 20, 15);
const update: PriceUpdate = {
  symbol: 'AAPL',
  price: 187.2,
  open: 185,
  high: 188,
  low: 184,
  previous_close: 180,
  volume: 1_000,
  currency: 'USD',
  source: 'yahoo',
  quote_time: new Date(at).toISOString(),
  fetched_at: new Date(at).toISOString(),
  delay_s: 0,
  quality: 'good',
  refresh_id: 'ref_1',
};
const before = (more: Partial<QuoteView>): QuoteView => ({ ...withUpdate(null, update, at), market_cap: 7, ...more });

test('a price event becomes a quote: the change is worked out, what it doesn’t say stays', () => {
  const quote = withUpdate(before({ session: 'pre', freshness: 'stale' }), update, at + 5_000);
  expect(quote).toMatchObject({ price: 187.2, market_cap: 7, session: 'pre', age_s: 5, freshness: 'live' });
  expect(quote.change).toBeCloseTo(7.2, 9);
  expect(quote.change_percent).toBeCloseTo(4, 9);
});

test('a price event ends what was said of an older price, and its provider’s delay is part of its age', () => {
  const served = before({ stale_served: true, stale_reason: 'every provider is down' });
  expect(withUpdate(served, update, at).stale_served).toBe(false);
  expect(withUpdate(null, { ...update, delay_s: 900 }, at + 5_000)).toMatchObject({
    age_s: 905,
    freshness: 'outdated',
  });
});

test('the close of a shut market stays fresh at any age; in an open one a price goes by its age', () => {
  const old = at + 600_000;
  expect(withUpdate(before({ session: 'closed', freshness: 'fresh' }), update, old).freshness).toBe('fresh');
  expect(withUpdate(before({ session: 'open', freshness: 'fresh' }), update, old).freshness).toBe('stale');
});

test('a price that is published as suspect is shown as that, until a good one comes', () => {
  const suspect = withUpdate(before({}), { ...update, quality: 'suspect' }, at);
  expect(suspect.quality).toBe('suspect');
  expect(withUpdate(suspect, update, at).quality).toBe('good');
});

test('without a previous close there is no change, rather than one from zero', () => {
  expect(withUpdate(null, { ...update, previous_close: null }, at)).toMatchObject({
    change: null,
    change_percent: null,
  });
  expect(withUpdate(null, { ...update, previous_close: 0 }, at).change_percent).toBeNull();
});

test('an answer that an event overtook turns no price back, and the same fetch read again does count', () => {
  const later = before({ fetched_at: new Date(at + 1).toISOString() });
  expect(isOlder(update, later)).toBe(true);
  expect(isOlder(update, before({}))).toBe(false);
  expect(isOlder(update, null)).toBe(false);
});

test('of two answers the later one is held, in whichever order they come, by everyone who looks at the symbol', () => {
  const early = before({ price: 180 });
  const late = before({ price: 190, fetched_at: new Date(at + 1).toISOString() });
  const seen = quoteOf('AAPL');
  holdQuotes([early]);
  expect(seen.peek()?.price).toBe(180);
  holdQuotes([late]);
  holdQuotes([early]);
  expect([seen.peek()?.price, quoteOf('AAPL').peek()?.price]).toEqual([190, 190]);
});
