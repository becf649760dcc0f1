import { calendarIdOf, calendarOf, knowsHours } from '@freshet/calendar';
import type { Quote } from '@freshet/market';
import type { Claim } from '../ports.ts';

type Received = Quote & { fetchedAt: Date };

/**
 * Gives a price that came with only its session's date a time within that session. Adapters can't: they don't know half days and closing
 * auctions. After the final price of the session is made, it is taken for that one; before, for one at the open.
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
