import { type ClosingBar, closesOf, gapsOf, positiveNumber, usualDeviation } from './gaps.ts';

/** A quarter of a year: with fewer sessions, a single earnings report would dominate the result. */
const ENOUGH = 60;
const SESSIONS_PER_YEAR = 252;
/** Only the last so many sessions count; older ones don't describe how the symbol moves now. */
export const VOLATILITY_SESSIONS = SESSIONS_PER_YEAR;

/**
 * Yearly volatility of the last year's daily closes, as a fraction; null when there are too few. Oldest close first.
 */
export function volatilityOf(bars: readonly ClosingBar[]): number | null {
  if (bars.length <= ENOUGH) return null;
  const year = bars.slice(-VOLATILITY_SESSIONS - 1);
  const closes = closesOf(year);
  const priced = closes.close.every((close) => close > 0) ? closes : closesOf(year.filter(isPriced));
  return usualDeviation(gapsOf(priced)) * Math.sqrt(SESSIONS_PER_YEAR);
}

const isPriced = ({ close }: ClosingBar) => positiveNumber(close) > 0;
