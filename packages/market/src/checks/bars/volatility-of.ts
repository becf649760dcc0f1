import { type ClosingBar, closesOf, gapsOf, positiveNumber, usualDeviation } from './gaps.ts';

/** A quarter of a year: from fewer sessions, one report would make it. */
const ENOUGH = 60;
const SESSIONS_PER_YEAR = 252;

/** Yearly volatility of daily closes as a fraction; null when there are too few of them to say. Closes come oldest first. */
export function volatilityOf(bars: readonly ClosingBar[]): number | null {
  if (bars.length <= ENOUGH) return null;
  const closes = closesOf(bars);
  const priced = closes.close.every((close) => close > 0) ? closes : closesOf(bars.filter(isPriced));
  return usualDeviation(gapsOf(priced)) * Math.sqrt(SESSIONS_PER_YEAR);
}

const isPriced = ({ close }: ClosingBar) => positiveNumber(close) > 0;
