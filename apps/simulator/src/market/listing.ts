import type { Bar, DecimalText, EarningsDate, SessionDate } from '@freshet/market';
import type { Actions } from './adjusted-closes.ts';
import { calendarSessions } from './calendar-sessions.ts';
import { nextEarnings, type Payout, payoutsOf, type Split, splitFactor, splitsOf } from './corporate-actions.ts';
import { closeLevel } from './day-path.ts';
import type { Instrument } from './instrument.ts';
import { priceOf } from './session-bar.ts';
import type { TradingSessions } from './trading-sessions.ts';

/** One instrument in its market: when it trades and what happens to its shares. */
export interface Listing {
  instrument: Instrument;
  sessions: TradingSessions;
  splits: Split[];
  /** What has been computed of the bars of past sessions and of the dividends of a year. */
  bars: Map<SessionDate, Bar>;
  payouts: Map<number, Payout[]>;
  earnings?: { asOf: SessionDate; next: EarningsDate | undefined };
}

/** Lists an instrument. */
export function createListing(instrument: Instrument): Listing {
  const sessions = calendarSessions(instrument.asset);
  return { instrument, sessions, splits: splitsOf(instrument, sessions), bars: new Map(), payouts: new Map() };
}

/** The next report on or after a date. */
export function earningsOf(listing: Listing, today: SessionDate): EarningsDate | undefined {
  if (listing.earnings?.asOf !== today) {
    listing.earnings = { asOf: today, next: nextEarnings(listing.instrument, today, listing.sessions) };
  }
  return listing.earnings.next;
}

/** Splits, and dividends in money, with effect from one session to another, both included. */
export function actionsOf(listing: Listing, from: SessionDate, to: SessionDate): Actions {
  const { instrument, sessions, splits } = listing;
  const payouts: { session: SessionDate; dividend: DecimalText; before: number }[] = [];
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year++) {
    for (const { session, share } of payoutsOfYear(listing, year)) {
      const eve = session >= from && session <= to ? sessions.before(session) : undefined;
      if (!eve) continue;
      const before = priceOf(instrument, closeLevel(instrument, eve.day), splitFactor(splits, session));
      payouts.push({ session, dividend: Math.max(before * share, 0.01).toFixed(2), before });
    }
  }
  return { splits: splits.filter(({ session }) => session >= from && session <= to), payouts };
}

function payoutsOfYear({ instrument, sessions, payouts }: Listing, year: number): Payout[] {
  const known = payouts.get(year);
  if (known) return known;
  const ofYear = payoutsOf(instrument, year, sessions);
  payouts.set(year, ofYear);
  return ofYear;
}
