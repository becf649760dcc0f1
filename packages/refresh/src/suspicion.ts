import { calendarOf } from '@freshet/calendar';
import { agree, type SessionDate } from '@freshet/market';
import type { Claim, LandedQuote } from './ports.ts';
import type { SettleContext } from './settling.ts';

interface Why {
  check: string;
  detail: string;
}

/** The quote with its mark: what it is suspected of, since when, and what has been done about it. */
export function suspectQuote(claim: Claim, quote: LandedQuote, { check, detail }: Why, seconded = false): LandedQuote {
  const before = goesOn(claim, quote, check) ? claim.suspect : null;
  const suspicion = {
    ...{ check, detail, since: before?.since ?? quote.quoteTime },
    ...((seconded || before?.seconded) && { seconded: true }),
  };
  return { ...quote, quality: 'suspect', provenance: { ...quote.provenance, suspicion } };
}

/** The quote with what another provider said of it. */
export function crossChecked(
  quote: LandedQuote,
  held: { check: string; quote: Pick<LandedQuote, 'source' | 'price'> },
  agrees: boolean,
): LandedQuote {
  const { source, price } = held.quote;
  const cross = { source, price, check: held.check, agrees };
  return { ...quote, provenance: { ...quote.provenance, cross_check: cross } };
}

/** The same was said before, and is suspected of the same. */
export function goesOn({ suspect, asset }: Claim, quote: LandedQuote, check: string): boolean {
  return suspect?.check === check && agree({ ...quote, price: suspect.price }, quote, asset?.volatility);
}

/**
 * Whether a price that looks like a split may still turn out to be one: until daily bars through its session were asked for, where
 * somebody serves them. A split that they declare explains the price, and then nothing is suspicious.
 */
export function maySplit({ symbol, class: assetClass, asset, suspect }: Claim, { chain, now }: SettleContext): boolean {
  const toldTo = suspect?.toldTo;
  if (toldTo && toldTo >= sessionOf(asset?.calendar ?? '24/7', now)) return false;
  return chain({ symbol, class: assetClass, data: 'bars', tried: [] }).length > 0;
}

/** The session that runs or, while it hasn't opened yet, is about to. */
function sessionOf(calendarId: string, now: Date): SessionDate {
  const { session, latestSession } = calendarOf(calendarId).sessionAt(now);
  return (session ?? latestSession).date;
}
