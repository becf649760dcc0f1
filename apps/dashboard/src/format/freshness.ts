import type { QuoteView } from '@freshet/contracts';
import type { Freshness } from '@freshet/contracts/vocabulary';

/** Seconds of age below which a price has this name; beyond the last it is outdated. The server uses the same numbers. */
const BELOW_S = { live: 60, fresh: 300, stale: 900 } as const;

/** What a page needs of a quote to say how old it is. */
export type Aged = Pick<QuoteView, 'fetched_at' | 'delay_s' | 'freshness' | 'session'>;

/** Seconds since the price was true: since it was fetched, and its provider's delay. */
export function ageNow({ fetched_at, delay_s }: Pick<Aged, 'fetched_at' | 'delay_s'>, nowMs: number): number {
  return Math.max(0, (nowMs - Date.parse(fetched_at)) / 1_000) + Math.max(0, delay_s);
}

export function freshnessOfAge(seconds: number): Freshness {
  if (seconds < BELOW_S.live) return 'live';
  if (seconds < BELOW_S.fresh) return 'fresh';
  return seconds < BELOW_S.stale ? 'stale' : 'outdated';
}

/**
 * The server's judgement, carried on while the page stands open. In an open market a price ages by the clock. Outside it
 * the server knows whether the close is held, which stays fresh at any age: only `live` wears off until it is asked again.
 */
export function freshnessNow(quote: Aged, nowMs: number): Freshness {
  const byAge = freshnessOfAge(ageNow(quote, nowMs));
  if (quote.session === 'open') return byAge;
  return quote.freshness === 'live' && byAge !== 'live' ? 'fresh' : quote.freshness;
}

/** What each word means, shown as a tooltip. */
export const FRESHNESS_SAYS: Record<Freshness, string> = {
  live: 'younger than a minute',
  fresh: 'younger than 5 minutes, or the final price of a closed market',
  stale: 'between 5 and 15 minutes old',
  outdated: 'older than 15 minutes',
};

/** The words for a market's state. */
export const SESSION_SAYS: Record<QuoteView['session'], string> = {
  open: 'Market open',
  pre: 'Pre-market',
  post: 'After hours',
  closed: 'Market closed',
};
