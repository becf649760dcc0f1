import type { AssetClass, MarketSymbol } from '@freshet/market';
import type { CalendarId } from './catalogue.ts';

/** Exchanges by the suffix of their symbols. */
const BY_SUFFIX = new Map<string, CalendarId>([
  ['L', 'XLON'],
  ['IL', 'XLON'],
  ['T', 'XTKS'],
]);

/** Indices that don't follow New York. */
const BY_INDEX = new Map<MarketSymbol, CalendarId>([
  ['^FTSE', 'XLON'],
  ['^FTMC', 'XLON'],
  ['^FTAS', 'XLON'],
  ['^FTLC', 'XLON'],
  ['^FTAI', 'XLON'],
  ['^N225', 'XTKS'],
  ['^TOPX', 'XTKS'],
  ['^TPX', 'XTKS'],
]);

/** Indices of exchanges that have no calendar here. */
const ELSEWHERE = new Set(
  (
    '^GDAXI ^MDAXI ^TECDAX ^SDAXI ^STOXX ^STOXX50E ^FCHI ^AEX ^BFX ^IBEX ^SSMI ^ATX ^OMX ^OMXC25 ^OMXH25 ^HSI ^HSCE ^KS11 ^KQ11 ^TWII ' +
    '^BSESN ^NSEI ^AXJO ^AORD ^NZ50 ^STI ^JKSE ^KLSE ^GSPTSE ^BVSP ^MXX ^MERV'
  ).split(' '),
);

/**
 * The id of a symbol's trading calendar. Symbols of exchanges without a calendar here get `24/5`: a holiday may cost a
 * call in vain, but the market is never taken for closed while it trades.
 */
export function calendarIdOf(assetClass: AssetClass, symbol: MarketSymbol): CalendarId {
  if (assetClass === 'crypto') return '24/7';
  if (assetClass === 'fx' || assetClass === 'commodity') return '24/5';
  const index = BY_INDEX.get(symbol);
  if (index) return index;
  if (ELSEWHERE.has(symbol)) return '24/5';
  const dot = symbol.lastIndexOf('.');
  return dot < 0 ? 'XNYS' : (BY_SUFFIX.get(symbol.slice(dot + 1)) ?? '24/5');
}

/** Whether a symbol has a real calendar. False where `24/5` stands in for an exchange without a calendar here. */
export function knowsHours(assetClass: AssetClass, calendar: string): boolean {
  return calendar !== '24/5' || assetClass === 'fx' || assetClass === 'commodity';
}
