import { calendarOf } from '@freshet/calendar';
import { agree, type SessionDate } from '@freshet/market';
import type { Claim, LandedQuote } from '../ports.ts';
import type { SettleContext } from './settling.ts';

interface Why {
  check: string;
  detail: string;
}

/** Marks a quote as suspect: of what, since when, and whether a second provider said the same. */
export function suspectQuote(claim: Claim, quote: LandedQuote, { check, detail }: Why, seconded = false): LandedQuote {
  const before = goesOn(claim, quote, check) ? claim.suspect : null;
  const suspicion = {
    ...{ check, detail, since: before?.since ?? quote.quoteTime },
    ...((seconded || before?.seconded) && { seconded: true }),
  };
  return { ...quote, quality: 'suspect', provenance: { ...quote.provenance, suspicion } };
}

/** Adds what another provider said to a quote's provenance. */
export function crossChecked(
  quote: LandedQuote,
  held: { check: string; quote: Pick<LandedQuote, 'source' | 'price'> },
  agrees: boolean,
): LandedQuote {
  const { source, price } = held.quote;
  const cross = { source, price, check: held.check, agrees };
  return { ...quote, provenance: { ...quote.provenance, cross_check: cross } };
}

/** The stored suspect quote said about the same, and is suspected of the same. */
export function goesOn({ suspect, asset }: Claim, quote: LandedQuote, check: string): boolean {
  return suspect?.check === check && agree({ ...quote, price: suspect.price }, quote, asset?.volatility);
}

/**
 * Whether a price that looks like a split may still turn out to be one: until daily bars through its session were asked for, as far as a
 * provider serves them. A split that they declare explains the price.
 */
export function maySplit({ symbol, class: assetClass, asset, suspect }: Claim, { chain, now }: SettleContext): boolean {
  const toldTo = suspect?.toldTo;
  if (toldTo && toldTo >= sessionOf(asset?.calendar ?? '24/7', now)) return false;
  return chain({ symbol, class: assetClass, data: 'bars', tried: [] }).length > 0;
}

/** The session that runs or is about to open; otherwise the latest one. */
function sessionOf(calendarId: string, now: Date): SessionDate {
  const { session, latestSession } = calendarOf(calendarId).sessionAt(now);
  return (session ?? latestSession).date;
}
