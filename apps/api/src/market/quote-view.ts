import { ageS, calendarIdOf, calendarOf, freshnessOf, holdsClose } from '@freshet/calendar';
import { Amount, classOfSymbol } from '@freshet/market';
import type { QuoteView } from '@freshet/contracts';
import type { StoredQuote } from '@freshet/store';

/**
 * The view of a stored quote at this moment: with its age, its freshness by the session, and the reason if there is no newer one.
 *
 * @param served why it is served instead of a newer price; null: there is no reason; left out: the reason stored with the quote
 */
export function quoteView(stored: StoredQuote, now: Date, served?: { reason: string } | null): QuoteView {
  const { symbol, price, previousClose, quoteTime, fetchedAt, delayS } = stored;
  const calendar = calendarOf(stored.calendar ?? calendarIdOf(classOfSymbol(symbol), symbol));
  const moment = calendar.sessionAt(now);
  // After the close the stored close is the last price there is, so failing to fetch it again doesn't make it stale.
  const stale = served === undefined && !holdsClose({ quoteTime, fetchedAt, delayS }, moment) ? noted(stored) : served;
  const change = previousClose === null ? null : new Amount(price).minus(previousClose);
  const percent =
    change && previousClose !== null && Number(previousClose) !== 0 ? change.div(previousClose).times(100) : null;
  return {
    symbol,
    price: Number(price),
    open: numeric(stored.open),
    high: numeric(stored.high),
    low: numeric(stored.low),
    previous_close: numeric(previousClose),
    change: change && change.toNumber(),
    change_percent: percent && percent.toDecimalPlaces(4).toNumber(),
    volume: numeric(stored.volume),
    market_cap: numeric(stored.marketCap),
    currency: stored.currency,
    source: stored.source,
    quote_time: quoteTime.toISOString(),
    fetched_at: fetchedAt.toISOString(),
    delay_s: delayS,
    age_s: Math.round(ageS(fetchedAt, delayS, now)),
    freshness: freshnessOf({ quoteTime, fetchedAt, delayS }, calendar, now),
    session: moment.state,
    quality: stored.quality === 'suspect' ? 'suspect' : 'good',
    stale_served: Boolean(stale),
    ...(stale ? { stale_reason: stale.reason } : {}),
    refresh_id: stored.refreshId,
  };
}

/** The stored reason; undefined if the last fetch succeeded. */
function noted({ staleReason }: StoredQuote): { reason: string } | undefined {
  return staleReason ? { reason: staleReason } : undefined;
}

/** A stored decimal as a JSON number; null stays null. */
export function numeric(text: string | null): number | null {
  return text === null ? null : Number(text);
}
