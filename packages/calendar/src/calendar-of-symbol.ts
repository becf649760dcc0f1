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
 * The calendar that a symbol trades by. A symbol of an exchange without a calendar here goes by `24/5`: on a holiday it
 * is asked for in vain, but it is never taken for closed while it trades.
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

/** Whether a calendar says when such a symbol really trades. False where `24/5` stands for an exchange without a calendar here. */
export function knowsHours(assetClass: AssetClass, calendar: string): boolean {
  return calendar !== '24/5' || assetClass === 'fx' || assetClass === 'commodity';
}
