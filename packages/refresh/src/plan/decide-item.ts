import { calendarIdOf, nextRefreshAt, reasonNotToAsk } from '@freshet/calendar';
import type { QuoteContext } from '@freshet/calendar';
import { type AssetClass, classOfSymbol, type MarketSymbol, pairOf } from '@freshet/market';
import type { RefreshMode } from '@freshet/contracts';
import { missingHistory, sessionsThatTell } from './missing-history.ts';
import type { Known, SettledItem, WantedItem } from '../ports.ts';
import { quoteContextOf } from './quote-context.ts';

/** A smart refresh accepts an answer that came this shortly before the request. */
const SMART_CONTENT_S = 30;

export interface Wish {
  mode: RefreshMode;
  maxAgeS: number | null;
  acceptedAt: Date;
  /** A schedule's tick, which doesn't repeat what another refresh has just done. */
  scheduled?: boolean;
  now: Date;
}

export type Decision = { settled: SettledItem } | { want: Omit<WantedItem, 'lane'> };

/**
 * What a refresh does about one symbol: want data of it, or settle it at once with the reason and the time of the next chance.
 * `historyDays`: how far back the bars of the first provider in its chain reach, in calendar days.
 */
export function decideItem(
  known: Known,
  wish: Wish,
  historyDays: (of: { symbol: MarketSymbol; class: AssetClass }) => number = () => Infinity,
): Decision[] {
  const { symbol } = known;
  const assetClass = known.asset?.class ?? classOfSymbol(symbol);
  const parked = parkedUntil(known, wish.now);
  if (parked) {
    const detail = 'no provider knows this symbol; it is asked for again at its next probe';
    return [{ settled: { symbol, data: 'quote', state: 'skipped', reason: 'parked', detail, nextRefreshAt: parked } }];
  }
  const context = quoteContextOf(symbol, known.asset, wish.now);
  const decisions = [decideQuote(known, assetClass, context, wish)];
  const { history, splitDoubt } = known;
  const reach = () => historyDays({ symbol, class: assetClass });
  const missing = wish.mode === 'full' ? missingHistory(history, context.calendar, wish.now, reach) : null;
  const telling = splitDoubt ? sessionsThatTell(history, splitDoubt.toldTo, context.calendar, wish.now) : null;
  const range = missing && telling ? { from: missing.from, to: telling.to } : (missing ?? telling);
  if (range)
    decisions.push({ want: { symbol, data: 'bars', class: assetClass, freshAfter: wish.acceptedAt, ...range } });
  return decisions;
}

function decideQuote(known: Known, assetClass: WantedItem['class'], context: QuoteContext, wish: Wish): Decision {
  const { symbol, quote } = known;
  // Incremental and full refreshes want the latest price of everything; smart ones and schedules go by the freshness policy.
  const wantedS = wish.maxAgeS ?? (wish.mode === 'smart' || wish.scheduled ? null : 0);
  const reason = reasonNotToAsk(quote, context, wantedS);
  if (reason) {
    const detail = reason === 'fresh' ? 'young enough already' : 'the market is closed and its last price is held';
    // While the market is closed nothing newer comes, whatever freshness was asked for.
    const ages = reason === 'fresh' && wantedS && quote;
    const next = ages ? new Date(quote.fetchedAt.getTime() + wantedS * 1_000) : nextRefreshAt(quote, context);
    return { settled: { symbol, data: 'quote', state: 'skipped', reason, detail, nextRefreshAt: next } };
  }
  return { want: { symbol, data: 'quote', class: assetClass, freshAfter: freshAfter(quote, wantedS, wish) } };
}

/**
 * An answer received from this moment on is fresh enough. The moment lies shortly before the request. It lies after the stored quote,
 * which was just found too old, unless that quote came after the request (which then waited long for its plan).
 */
function freshAfter(quote: Known['quote'], wantedS: number | null, { acceptedAt }: Wish): Date {
  const content = acceptedAt.getTime() - (wantedS ?? SMART_CONTENT_S) * 1_000;
  const fetchedAt = quote?.fetchedAt.getTime() ?? -Infinity;
  return new Date(fetchedAt < acceptedAt.getTime() ? Math.max(content, fetchedAt + 1) : content);
}

function parkedUntil({ asset }: Known, now: Date): Date | null {
  return asset?.status === 'parked' && asset.probeAt && asset.probeAt > now ? asset.probeAt : null;
}

/** The asset that a new symbol becomes, as its spelling suggests, until a provider says otherwise. */
export function newAssetOf(symbol: string): {
  symbol: string;
  class: WantedItem['class'];
  currency: string;
  calendar: string;
} {
  const assetClass = classOfSymbol(symbol);
  return {
    symbol,
    class: assetClass,
    currency: pairOf(symbol)?.quote ?? 'USD',
    calendar: calendarIdOf(assetClass, symbol),
  };
}
