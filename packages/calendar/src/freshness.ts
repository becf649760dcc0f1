import type { SessionDate } from '@freshet/market';
import type { Calendar } from './calendar.ts';
import type { MarketMoment, SessionState } from './moment.ts';

/**
 * THE policy of how old data may be: all thresholds and all judgements of age are here and nowhere else.
 * Two clocks are kept apart. Whether to ask again goes by the time since fetching: asking a provider that is 15 minutes
 * late again at once brings nothing newer. What people are told goes by the age of the price, that delay included.
 */

/** What the policy distinguishes. `quote` goes by the market's state, the rest by the clock alone. */
export type FreshKind = 'quote' | 'bars' | 'intraday' | 'metrics' | 'annual_returns' | 'other';

export type Freshness = 'live' | 'fresh' | 'stale' | 'outdated';

/** Seconds of age below which a price is called so; beyond the last it is `outdated`. */
export const FRESHNESS_BELOW_S = { live: 60, fresh: 300, stale: 900 } as const;

const OPEN_S = 60;
const HIGH_VOLATILITY_S = 30;
const EARNINGS_TODAY_S = 60;
const OUTSIDE_S = 900;

/** Caches ask for `bars`, `metrics` and `annual_returns`; the rest completes the table. */
const OTHER_S: Record<Exclude<FreshKind, 'quote'>, number> = {
  intraday: 900,
  metrics: 3600,
  annual_returns: 86_400,
  // The running session's bar; which closed sessions are missing is the calendar's answer, not an age.
  bars: 300,
  other: 300,
};

/** A last trade within this of the close passes for the close where people read it. */
const NEAR_CLOSE_S = 60;
/** Closing prints come in late: an answer without a print at the close is trusted as the last one only after this. */
const SETTLED_AFTER_S = 300;
/** A symbol that didn't trade in the session: its provider may publish only after the day. Then nothing more will come. */
const UNTRADED_SETTLED_AFTER_S = 3600;
/** A provider this late has prices of sessions' ends alone: each comes some time within the day after its close. */
const END_OF_DAY_DELAY_S = 86_400;

/** What the market and the symbol are up to. */
export interface Situation {
  kind: FreshKind;
  state: SessionState;
  /** The last price of the trading that stopped is in our hands. */
  closeHeld: boolean;
  highVolatility?: boolean;
  /** The company reports on the day of this session: before its open or after its close, mostly. */
  earningsToday?: boolean;
}

/** Seconds after which data is worth asking for again; null: not at all before the state changes, what could be known is held. */
export function maxAgeS(situation: Situation): number | null {
  const { kind, state } = situation;
  if (kind !== 'quote') return OTHER_S[kind];
  if (state === 'open') return situation.highVolatility ? HIGH_VOLATILITY_S : OPEN_S;
  // Around a report the price moves in extended trading, so that the close isn't the last one that there is to know.
  if (state !== 'closed' && situation.earningsToday) return EARNINGS_TODAY_S;
  return situation.closeHeld ? null : OUTSIDE_S;
}

/** Seconds that a cache keeps data: as long as it may be old, and a held close 15 minutes (events invalidate it earlier). */
export function ttlS(
  kind: FreshKind,
  situation: Omit<Situation, 'kind'> = { state: 'open', closeHeld: false },
): number {
  return maxAgeS({ kind, ...situation }) ?? OUTSIDE_S;
}

/** What tells how old the quote in our hands is. */
export interface QuoteTimes {
  /** The provider's own time of the price. */
  quoteTime: Date;
  fetchedAt: Date;
  /** How late the provider says its prices are, in seconds. */
  delayS: number;
}

/** The market and the symbol, as `reasonNotToAsk` and `nextRefreshAt` want to know them. */
export interface QuoteContext {
  calendar: Calendar;
  now: Date;
  highVolatility?: boolean;
  /** The day on which the company reports next, or has reported, at its exchange. */
  earningsOn?: SessionDate | null;
}

/** Seconds since a price was true: since it was fetched, plus its provider's delay. Never negative, whatever the clocks. */
export function ageS(fetchedAt: Date, delayS: number, now: Date): number {
  return Math.max(0, (now.getTime() - fetchedAt.getTime()) / 1000) + Math.max(0, delayS);
}

/**
 * Whether a quote is the last price of the trading that has stopped, so that asking again is in vain. False while the
 * market is open. A quote fetched before that price was made (provider's delay counted) never is.
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
 * Why a quote needn't be asked for: `fresh` (young enough), `market_closed` (its close is held); null when it is stale.
 * Nothing held is stale. `wantedS` is a caller's own wish: 0 always asks, more replaces the table's age while there is something to learn.
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
 * When a quote will next be worth asking for: now if it is already, the next open if the close is held, or the extended trading of
 * the day on which the company reports.
 */
export function nextRefreshAt(quote: QuoteTimes | null, context: QuoteContext): Date {
  if (!quote) return context.now;
  let at = context.now;
  // From state to state, for each has its own allowance. It ends at the latest in the first open one after the allowance.
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
 * The word that people read beside a price, judged against the session. A final close is `fresh` until the next open, however recently it was
 * fetched; in extended hours only a price that was traded in them can be `live`.
 */
export function freshnessOf(quote: QuoteTimes, calendar: Calendar, now: Date): Freshness {
  const moment = calendar.sessionAt(now);
  const byAge = freshnessOfAge(ageS(quote.fetchedAt, quote.delayS, now));
  if (!holdsClose(quote, moment) && !showsClose(quote, moment)) return byAge;
  return byAge === 'live' && isExtendedTrade(quote, moment) ? 'live' : 'fresh';
}

/** Traded in extended hours. A print of the first minutes after the close may be the late closing one, and counts as the close. */
function isExtendedTrade({ quoteTime }: QuoteTimes, { state, lastPriceAt }: MarketMoment): boolean {
  if (state === 'closed' || !lastPriceAt) return false;
  return quoteTime.getTime() > lastPriceAt.getTime() + SETTLED_AFTER_S * 1000;
}

/** The name of an age in seconds, the session left aside. */
export function freshnessOfAge(seconds: number): Freshness {
  if (seconds < FRESHNESS_BELOW_S.live) return 'live';
  if (seconds < FRESHNESS_BELOW_S.fresh) return 'fresh';
  return seconds < FRESHNESS_BELOW_S.stale ? 'stale' : 'outdated';
}

/**
 * Near enough to the close for a reader, though a later print may still correct it: fetched after it, traded just before. However
 * late its provider, a price of an earlier session is another close.
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
 * The close isn't out yet where prices come at some time after the day, and nobody says when: each time it is asked for after twice as
 * long since the close, at the latest when it must be out. Asked for every 15 minutes, one symbol would take a small plan's whole day. That
 * the price of such a provider is stored means mostly that nobody else had one all session: a later one is never replaced by it.
 */
function untilPublishedS({ fetchedAt, delayS }: QuoteTimes, { lastPriceAt }: MarketMoment): number {
  if (!lastPriceAt || delayS < END_OF_DAY_DELAY_S) return 0;
  const sinceCloseS = (fetchedAt.getTime() - lastPriceAt.getTime()) / 1000;
  return Math.min(sinceCloseS, delayS + UNTRADED_SETTLED_AFTER_S - sinceCloseS);
}

function sinceFetchS(quote: QuoteTimes, now: Date): number {
  return (now.getTime() - quote.fetchedAt.getTime()) / 1000;
}
