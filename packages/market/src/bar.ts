import type { Conversion } from './converted.ts';
import type { DecimalText } from './decimal.ts';
import type { MarketSymbol } from './symbol.ts';

/** A session's date in the exchange's zone, `YYYY-MM-DD`. Never a moment in time. */
export type SessionDate = string;

/** One session of one symbol: raw prices as traded that day, never adjusted. */
export interface Bar {
  symbol: MarketSymbol;
  session: SessionDate;
  open: DecimalText | null;
  high: DecimalText | null;
  low: DecimalText | null;
  close: DecimalText;
  volume: DecimalText | null;
  /** Close adjusted for splits and dividends where the provider gives one, for cross-checking. */
  adjustedClose?: DecimalText | null;
  /** `2` for a 2:1 split that took effect before this session's open. */
  splitRatio?: DecimalText | null;
  /** Cash paid per share with this session as ex-date, in the quote currency. */
  dividend?: DecimalText | null;
  currency?: string | null;
  /** Set when the prices were converted from a unit that the provider didn't name and that is only assumed. */
  convertedBy?: Conversion;
}

/** The next or last earnings report of a symbol. */
export interface EarningsDate {
  symbol: MarketSymbol;
  date: SessionDate;
  when: 'before_open' | 'after_close' | 'unknown';
}

/** There is no year 0, and Postgres refuses it too. */
const SESSION = /^(?!0000)\d{4}-\d{2}-\d{2}$/;

/** True for a real calendar date in `YYYY-MM-DD`. */
export function isSessionDate(text: string): text is SessionDate {
  if (!SESSION.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
