import { type MarketSymbol, type SessionDate, pairOf } from '@freshet/market';
import { BY_SUFFIX, indexListing, type Listing, US } from './listing-tables.ts';
import { zonedTime } from '../wire/zoned-time.ts';

const UTC: Listing = { unit: 'USD', zone: 'UTC', closes: '00:00' };

/** Of an exchange or an index that is in no table: something has to be said, and that nobody knows it. */
const UNKNOWN: Listing = { ...US, guessed: true };

/**
 * The listing of a canonical symbol: pairs in their quote currency and UTC, a name without a suffix in New York. Of a suffix and of an index
 * that nobody knows here it is a guess.
 */
export function listingOf(symbol: MarketSymbol): Listing {
  const pair = pairOf(symbol);
  if (pair) return { ...UTC, unit: pair.quote };
  if (symbol.startsWith('^')) return indexListing(symbol) ?? UNKNOWN;
  const dot = symbol.lastIndexOf('.');
  return dot > 0 ? (BY_SUFFIX[symbol.slice(dot + 1)] ?? UNKNOWN) : US;
}

/** True for a name that trades in the United States as far as its spelling tells: no suffix, no pair, no index, no future. */
export function isUsListing(symbol: MarketSymbol): boolean {
  return !/[.^=]/.test(symbol) && pairOf(symbol) === null;
}

/** The moment that a regular session ends: what a price is "of" when only its date is told. Midnight UTC ends a pair's day. */
export function sessionEnd(symbol: MarketSymbol, date: SessionDate): Date {
  const { zone, closes } = listingOf(symbol);
  const start = zonedTime(zone === 'UTC' ? date : `${date} ${closes}:00`, zone) ?? new Date(`${date}T00:00:00Z`);
  return zone === 'UTC' ? new Date(start.getTime() + 86_400_000) : start;
}

/**
 * The time of a price of which only the session's date is told: the end of that session once it is past, else the
 * session's first moment: it never claims to be later than the answer.
 */
export function timeOfSession(symbol: MarketSymbol, date: SessionDate, receivedAt: Date): Date {
  const end = sessionEnd(symbol, date);
  return end <= receivedAt ? end : (zonedTime(date, listingOf(symbol).zone) ?? end);
}
