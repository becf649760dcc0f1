import type { DecimalText, Quote } from '@freshet/market';
import { splitFactor } from './corporate-actions.ts';
import { closeLevel, type DayPath, progress } from './day-path.ts';
import type { Listing } from './listing.ts';
import { priceText, volumeText } from './price-text.ts';
import { openLevel, priceOf, sessionVolume, tradedShare } from './session-bar.ts';
import type { TradingSession } from './trading-sessions.ts';

/**
 * An instrument's quote at a moment: of the running session or, outside of sessions, of the last one, with the close's
 * own time.
 */
export function marketQuote(
  { instrument, sessions, splits }: Listing,
  session: TradingSession,
  path: DayPath,
  now: Date,
): Quote {
  const { asset, decimals, id } = instrument;
  const sinceOpenMs = now.getTime() - session.openMs;
  const share = Math.min(sinceOpenMs / (session.closeMs - session.openMs), 1);
  const { level, high, low } = progress(path, share, sinceOpenMs / 1000, id);
  const factor = splitFactor(splits, session.date);
  const before = sessions.before(session.date);
  const text = (at: number): DecimalText => priceText(priceOf(instrument, at, factor), decimals);
  const volume = sessionVolume(instrument, session.day);
  return {
    symbol: asset.symbol,
    price: text(level),
    open: text(openLevel(path)),
    high: text(high),
    low: text(low),
    // At today's split factor: no provider shows a split as a fall.
    previousClose: before ? text(closeLevel(instrument, before.day)) : null,
    volume: volume === null ? null : volumeText(share < 1 ? Math.round(volume * tradedShare(share)) : volume),
    marketCap: asset.marketCap === null ? null : Math.round(asset.marketCap * Math.exp(level)).toString(),
    currency: asset.currency,
    quoteTime: share < 1 ? new Date(Math.floor(now.getTime() / 1000) * 1000) : new Date(session.closeMs),
    delayS: 0,
  };
}
