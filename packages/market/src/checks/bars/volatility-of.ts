import type { DecimalText } from '../../decimal.ts';
import { gapsOf, positiveNumber, usualDeviation } from './gaps.ts';

/** A quarter of a year: from fewer sessions, one report would make it. */
const ENOUGH = 60;
const SESSIONS_PER_YEAR = 252;

/** Yearly volatility of daily closes as a fraction; null when there are too few of them to say. Closes come oldest first. */
export function volatilityOf(
  bars: readonly {
    session: string;
    close: DecimalText;
    splitRatio?: DecimalText | null;
    dividend?: DecimalText | null;
  }[],
): number | null {
  if (bars.length <= ENOUGH) return null;
  const closes = bars.map(({ session, close, splitRatio, dividend }) => ({
    session,
    close: positiveNumber(close),
    traded: true,
    split: positiveNumber(splitRatio),
    dividend: positiveNumber(dividend),
  }));
  return usualDeviation(gapsOf(closes.filter(({ close }) => close > 0))) * Math.sqrt(SESSIONS_PER_YEAR);
}
