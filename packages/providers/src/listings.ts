import { type MarketSymbol, type SessionDate, pairOf } from '@freshet/market';
import { zonedTime } from './zoned-time.ts';

/**
 * What a listing's suffix says, for providers that name neither currency nor zone: the unit that its prices are in
 * (`GBp` for pence), the exchange's zone, and when its regular session ends there.
 */
interface Listing {
  unit: string;
  zone: string;
  closes: string;
}

const US: Listing = { unit: 'USD', zone: 'America/New_York', closes: '16:00' };
const UTC: Listing = { unit: 'USD', zone: 'UTC', closes: '00:00' };

const BY_SUFFIX: Record<string, Listing> = {
  L: { unit: 'GBp', zone: 'Europe/London', closes: '16:30' },
  TO: { unit: 'CAD', zone: 'America/Toronto', closes: '16:00' },
  V: { unit: 'CAD', zone: 'America/Toronto', closes: '16:00' },
  DE: { unit: 'EUR', zone: 'Europe/Berlin', closes: '17:30' },
  F: { unit: 'EUR', zone: 'Europe/Berlin', closes: '22:00' },
  PA: { unit: 'EUR', zone: 'Europe/Paris', closes: '17:30' },
  AS: { unit: 'EUR', zone: 'Europe/Amsterdam', closes: '17:30' },
  BR: { unit: 'EUR', zone: 'Europe/Brussels', closes: '17:30' },
  LS: { unit: 'EUR', zone: 'Europe/Lisbon', closes: '16:30' },
  IR: { unit: 'EUR', zone: 'Europe/Dublin', closes: '16:30' },
  MI: { unit: 'EUR', zone: 'Europe/Rome', closes: '17:30' },
  MC: { unit: 'EUR', zone: 'Europe/Madrid', closes: '17:30' },
  VI: { unit: 'EUR', zone: 'Europe/Vienna', closes: '17:30' },
  HE: { unit: 'EUR', zone: 'Europe/Helsinki', closes: '18:30' },
  SW: { unit: 'CHF', zone: 'Europe/Zurich', closes: '17:30' },
  ST: { unit: 'SEK', zone: 'Europe/Stockholm', closes: '17:30' },
  OL: { unit: 'NOK', zone: 'Europe/Oslo', closes: '16:30' },
  CO: { unit: 'DKK', zone: 'Europe/Copenhagen', closes: '17:00' },
  T: { unit: 'JPY', zone: 'Asia/Tokyo', closes: '15:30' },
  HK: { unit: 'HKD', zone: 'Asia/Hong_Kong', closes: '16:00' },
  SS: { unit: 'CNY', zone: 'Asia/Shanghai', closes: '15:00' },
  SZ: { unit: 'CNY', zone: 'Asia/Shanghai', closes: '15:00' },
  KS: { unit: 'KRW', zone: 'Asia/Seoul', closes: '15:30' },
  TW: { unit: 'TWD', zone: 'Asia/Taipei', closes: '13:30' },
  SI: { unit: 'SGD', zone: 'Asia/Singapore', closes: '17:00' },
  NS: { unit: 'INR', zone: 'Asia/Kolkata', closes: '15:30' },
  BO: { unit: 'INR', zone: 'Asia/Kolkata', closes: '15:30' },
  AX: { unit: 'AUD', zone: 'Australia/Sydney', closes: '16:00' },
  NZ: { unit: 'NZD', zone: 'Pacific/Auckland', closes: '16:45' },
  JO: { unit: 'ZAc', zone: 'Africa/Johannesburg', closes: '17:00' },
  TA: { unit: 'ILA', zone: 'Asia/Jerusalem', closes: '17:15' },
  SA: { unit: 'BRL', zone: 'America/Sao_Paulo', closes: '17:00' },
  MX: { unit: 'MXN', zone: 'America/Mexico_City', closes: '15:00' },
};

/** Indices outside the United States that people ask for. */
const BY_INDEX: Record<string, Listing> = {
  '^FTSE': { unit: 'GBP', zone: 'Europe/London', closes: '16:30' },
  '^GDAXI': { unit: 'EUR', zone: 'Europe/Berlin', closes: '17:30' },
  '^FCHI': { unit: 'EUR', zone: 'Europe/Paris', closes: '17:30' },
  '^STOXX50E': { unit: 'EUR', zone: 'Europe/Berlin', closes: '17:30' },
  '^N225': { unit: 'JPY', zone: 'Asia/Tokyo', closes: '15:30' },
  '^HSI': { unit: 'HKD', zone: 'Asia/Hong_Kong', closes: '16:00' },
  '^GSPTSE': { unit: 'CAD', zone: 'America/Toronto', closes: '16:00' },
  '^AXJO': { unit: 'AUD', zone: 'Australia/Sydney', closes: '16:00' },
};

/** The listing of a canonical symbol: pairs in their quote currency and UTC, a name without a suffix in New York. */
export function listingOf(symbol: MarketSymbol): Listing {
  const pair = pairOf(symbol);
  if (pair) return { ...UTC, unit: pair.quote };
  if (symbol.startsWith('^')) return BY_INDEX[symbol] ?? US;
  const dot = symbol.lastIndexOf('.');
  return (dot > 0 ? BY_SUFFIX[symbol.slice(dot + 1)] : undefined) ?? US;
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
