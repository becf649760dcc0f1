import { calendarOf, nextRefreshAt, reasonNotToAsk } from '@freshet/calendar';
import { Amount } from '@freshet/market';
import type { Claim, LandedQuote, Settlement } from '../ports.ts';
import type { SettleContext, Trouble } from './settling.ts';

/** How far apart providers' times for one and the same trade may be. */
const SAME_TRADE_MS = 60_000;

/**
 * Settles a price that is older than the stored one: it is right, but not what was wanted. Where there can't be a newer one (the market
 * is closed, or it is the very trade that is stored) the item is skipped. Else the next provider is asked, and if none has a newer
 * price, the item fails.
 */
export function outOfDate(claim: Claim, quote: LandedQuote, { lane, now }: SettleContext): Settlement | Trouble {
  const { stored, asset } = claim;
  const told = quote.quoteTime.toISOString();
  const older: Trouble = { kind: 'no_data', detail: `its price is of ${told}`, whole: false, older: true };
  // An older price is no second opinion on the one that is held.
  if (!stored || claim.held) return older;
  const at = { calendar: calendarOf(asset?.calendar ?? '24/7'), now };
  const known = { ...stored, delayS: 0 };
  const needless = {
    ...{ symbol: claim.symbol, data: claim.data, fence: claim.fence, refreshId: claim.refreshId },
    ...{ outcome: 'given_up' as const, kind: older.kind, chain: claim.tried, nextRefreshAt: nextRefreshAt(known, at) },
  };
  if (reasonNotToAsk(known, at) === 'market_closed')
    return { ...needless, skip: 'market_closed', detail: 'the market is closed and its last price is held' };
  const apartMs = stored.quoteTime.getTime() - quote.quoteTime.getTime();
  if (apartMs <= SAME_TRADE_MS && new Amount(stored.price).eq(quote.price))
    return { ...needless, skip: 'fresh', detail: `${lane} says so too: nothing has been traded since` };
  return { ...older, detail: `its price is of ${told}, the stored one of ${stored.quoteTime.toISOString()}` };
}
