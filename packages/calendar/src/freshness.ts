import type { SessionDate } from '@freshet/market';
import type { Calendar } from './calendar.ts';
import type { MarketMoment, SessionState } from './moment.ts';

/**
 * THE policy of how old data may be: all thresholds and all judgements of age are here and nowhere else.
 * It keeps two ages apart. Whether to ask again depends on the time since fetching: a provider that is 15 minutes late
 * has nothing newer a moment later. The word that people read depends on the price's age, the provider's delay
 * included.
 */

/** The kinds of data with an allowed age. That of `quote` depends on the market's state, the others are constant. */
export type FreshKind = 'quote' | 'bars' | 'intraday' | 'metrics' | 'annual_returns' | 'other';

export type Freshness = 'live' | 'fresh' | 'stale' | 'outdated';

/** The age in seconds below which a price gets each word; from the last on it is `outdated`. */
export const FRESHNESS_BELOW_S = { live: 60, fresh: 300, stale: 900 } as const;

const OPEN_S = 60;
const HIGH_VOLATILITY_S = 30;
const EARNINGS_TODAY_S = 60;
const OUTSIDE_S = 900;

/** Only caches use these (`bars`, `metrics`, `annual_returns`); the other rows complete the table. */
const OTHER_S: Record<Exclude<FreshKind, 'quote'>, number> = {
  intraday: 900,
  metrics: 3600,
  annual_returns: 86_400,
  // Of the running session's bar. Which closed sessions are missing follows from the calendar, not from an age.
  bars: 300,
  other: 300,
};

/** For readers, a last trade within this time of the close counts as the close. */
const NEAR_CLOSE_S = 60;
/** Closing prints arrive late. An answer whose last trade is before the close counts as final only after this. */
const SETTLED_AFTER_S = 300;
/**
 * The same for a symbol without a trade in the session, whose provider may publish only after the day. After this time
 * nothing more is expected.
 */
const UNTRADED_SETTLED_AFTER_S = 3600;
/** A provider with at least this delay has end-of-day prices only, each published within a day after the close. */
const END_OF_DAY_DELAY_S = 86_400;

/** The state of the market and of the symbol that an allowed age depends on. */
export interface Situation {
  kind: FreshKind;
  state: SessionState;
  /** The last price of the trading that has stopped is stored. */
  closeHeld: boolean;
  highVolatility?: boolean;
  /** The company reports on the day of this session, mostly before its open or after its close. */
  earningsToday?: boolean;
}

/**
 * Seconds after which data is worth asking for again. Null: not before the market's state changes, because the last
 * price is already stored.
 */
export function maxAgeS(situation: Situation): number | null {
  const { kind, state } = situation;
  if (kind !== 'quote') return OTHER_S[kind];
  if (state === 'open') return situation.highVolatility ? HIGH_VOLATILITY_S : OPEN_S;
  // Around an earnings report the price moves in extended hours, so the close isn't the last price of interest.
  if (state !== 'closed' && situation.earningsToday) return EARNINGS_TODAY_S;
  return situation.closeHeld ? null : OUTSIDE_S;
}

/** A cache entry's lifetime in seconds: the allowed age, or 15 minutes for a held close. Events invalidate earlier. */
export function ttlS(
  kind: FreshKind,
  situation: Omit<Situation, 'kind'> = { state: 'open', closeHeld: false },
): number {
  return maxAgeS({ kind, ...situation }) ?? OUTSIDE_S;
}

/** The times of a stored quote. */
export interface QuoteTimes {
  /** The provider's own time of the price. */
  quoteTime: Date;
  fetchedAt: Date;
  /** The provider's declared delay, in seconds. */
  delayS: number;
}

/** What `reasonNotToAsk` and `nextRefreshAt` need to know of the market and the symbol. */
export interface QuoteContext {
  calendar: Calendar;
  now: Date;
  highVolatility?: boolean;
  /** The date of the company's next or last report, in the exchange's zone. */
  earningsOn?: SessionDate | null;
}

/**
 * A price's age in seconds: the time since fetching plus the provider's delay. Never negative, even if clocks differ.
 */
export function ageS(fetchedAt: Date, delayS: number, now: Date): number {
  return Math.max(0, (now.getTime() - fetchedAt.getTime()) / 1000) + Math.max(0, delayS);
}

/**
 * Whether a quote is the last price of the trading that has stopped, so that asking again is in vain. False while the
 * market is open, and for a quote fetched (less the provider's delay) before that price was made.
 */
export function holdsClose(quote: QuoteTimes, moment: MarketMoment): boolean {
  if (!moment.lastPriceAt) return false;
  const lastPriceAt = moment.lastPriceAt.getTime();
  if (quote.quoteTime.getTime() >= lastPriceAt) return true;
  const tradedInSession = quote.quoteTime.getTime() >= moment.latestSession.open.getTime();
  const settledAfterS = tradedInSession ? SETTLED_AFTER_S : UNTRADED_SETTLED_AFTER_S;
  return quote.fetchedAt.getTime() - quote.delayS * 1000 >= lastPriceAt + settledAfterS * 1000;
}

/**
 * Why a quote needn't be asked for: `fresh` (young enough) or `market_closed` (its close is held). Null: it is stale,
 * or none is stored. `wantedS` is the caller's own maximum age: 0 always asks; another value replaces the policy's age
 * unless the close is held.
 */
export function reasonNotToAsk(
  quote: QuoteTimes | null,
  context: QuoteContext,
  wantedS?: number | null,
): 'fresh' | 'market_closed' | null {
  if (!quote || wantedS === 0) return null;
  const allowedS = maxAgeAt(quote, context, context.calendar.sessionAt(context.now));
  if (allowedS === null) return 'market_closed';
  return sinceFetchS(quote, context.now) < (wantedS ?? allowedS) ? 'fresh' : null;
}

/**
 * When a quote will next be worth asking for: now if it is stale, else when its allowed age ends. While the close is
 * held that is the next open, or the extended hours of the day on which the company reports.
 */
export function nextRefreshAt(quote: QuoteTimes | null, context: QuoteContext): Date {
  if (!quote) return context.now;
  let at = context.now;
  // Each market state has its own allowed age. The loop ends at the latest in the first open state after that age.
  for (;;) {
    const moment = context.calendar.sessionAt(at);
    const allowedS = maxAgeAt(quote, context, moment);
    if (allowedS !== null) {
      const due = new Date(Math.max(at.getTime(), quote.fetchedAt.getTime() + allowedS * 1000));
      if (due < moment.until) return due;
    }
    at = moment.until;
  }
}

/**
 * The word that people read beside a price, judged against the session. A final close is `fresh` until the next open,
 * however recently it was fetched; in extended hours only a price that was traded in them can be `live`.
 */
export function freshnessOf(quote: QuoteTimes, calendar: Calendar, now: Date): Freshness {
  const moment = calendar.sessionAt(now);
  const byAge = freshnessOfAge(ageS(quote.fetchedAt, quote.delayS, now));
  if (!holdsClose(quote, moment) && !showsClose(quote, moment)) return byAge;
  return byAge === 'live' && isExtendedTrade(quote, moment) ? 'live' : 'fresh';
}

/** Traded in extended hours. A print of the first minutes after the close may be a late closing print: not counted. */
function isExtendedTrade({ quoteTime }: QuoteTimes, { state, lastPriceAt }: MarketMoment): boolean {
  if (state === 'closed' || !lastPriceAt) return false;
  return quoteTime.getTime() > lastPriceAt.getTime() + SETTLED_AFTER_S * 1000;
}

/** The word for an age in seconds, whatever the session. */
export function freshnessOfAge(seconds: number): Freshness {
  if (seconds < FRESHNESS_BELOW_S.live) return 'live';
  if (seconds < FRESHNESS_BELOW_S.fresh) return 'fresh';
  return seconds < FRESHNESS_BELOW_S.stale ? 'stale' : 'outdated';
}

/**
 * Whether readers may take a quote for the close: fetched after the close and traded just before it. A later print may
 * still correct it. A price of an earlier session is never this close, however late the provider.
 */
function showsClose(quote: QuoteTimes, moment: MarketMoment): boolean {
  if (!moment.quietSince) return false;
  const quietSince = moment.quietSince.getTime();
  const nearMs = (NEAR_CLOSE_S + quote.delayS) * 1000;
  const from = Math.max(quietSince - nearMs, moment.latestSession.open.getTime());
  return quote.fetchedAt.getTime() >= quietSince && quote.quoteTime.getTime() >= from;
}

function maxAgeAt(quote: QuoteTimes, context: QuoteContext, moment: MarketMoment): number | null {
  const { highVolatility, earningsOn } = context;
  const closeHeld = holdsClose(quote, moment);
  const earningsToday = moment.session !== null && moment.session.date === earningsOn;
  const allowedS = maxAgeS({ kind: 'quote', state: moment.state, closeHeld, highVolatility, earningsToday });
  return allowedS === OUTSIDE_S ? Math.max(allowedS, untilPublishedS(quote, moment)) : allowedS;
}

/**
 * Seconds to wait for the close of an end-of-day provider, which publishes at an unknown time after the day; 0 for
 * other providers. The time since the close doubles with each call, until the close must be out: asking every 15
 * minutes, one symbol would use up a small plan's whole day. Such a price is stored mostly where no other provider had
 * one all session, because it never replaces a later one.
 */
function untilPublishedS({ fetchedAt, delayS }: QuoteTimes, { lastPriceAt }: MarketMoment): number {
  if (!lastPriceAt || delayS < END_OF_DAY_DELAY_S) return 0;
  const sinceCloseS = (fetchedAt.getTime() - lastPriceAt.getTime()) / 1000;
  return Math.min(sinceCloseS, delayS + UNTRADED_SETTLED_AFTER_S - sinceCloseS);
}

function sinceFetchS(quote: QuoteTimes, now: Date): number {
  return (now.getTime() - quote.fetchedAt.getTime()) / 1000;
}
