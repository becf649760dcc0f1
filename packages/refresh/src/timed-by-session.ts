import { calendarIdOf, calendarOf, knowsHours } from '@freshet/calendar';
import type { Quote } from '@freshet/market';
import type { Claim } from './ports.ts';

type Received = Quote & { fetchedAt: Date };

/**
 * A price of which only the session's date was told, with a time within that session: no adapter knows of half days and closing auctions.
 * Once the session's final price is made it is that one; before, no more is certain than that the session has opened.
 */
export function timedBySession(
  { session: date, ...quote }: Received,
  claim: Pick<Claim, 'symbol' | 'class' | 'asset'>,
): Received {
  const calendarId = claim.asset?.calendar ?? calendarIdOf(claim.class, claim.symbol);
  if (date === undefined || !knowsHours(claim.class, calendarId)) return quote;
  const session = calendarOf(calendarId).session(date);
  const certain = [session?.finalAt, session?.open].find((at) => at && at <= quote.fetchedAt);
  return certain ? { ...quote, quoteTime: certain } : quote;
}
