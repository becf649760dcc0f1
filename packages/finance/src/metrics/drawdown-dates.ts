import type { SessionDate } from '@freshet/market';
import { type Drawdown, deepestDrawdown } from './drawdown.ts';

/** When the value was highest before its deepest fall, when lowest, and when it was back; sessions. */
export interface DrawdownDates {
  /** Null when the high is the value before the first return, and its date isn't known. */
  peak: SessionDate | null;
  trough: SessionDate;
  /** Null while it has not recovered. */
  recovery: SessionDate | null;
}

/**
 * The dates of the maximum drawdown, or null when the value never fell.
 *
 * @param sessions the session at whose close each return ends
 * @param base the session of the value before the first return
 */
export function drawdownDates(
  returns: Float64Array,
  sessions: readonly SessionDate[],
  base: SessionDate | null = null,
): DrawdownDates | null {
  return datesOf(deepestDrawdown(returns), sessions, base);
}

/** The dates of a drawdown of returns that begin at `sessions[start]`. */
export function datesOf(
  deepest: Drawdown | null,
  sessions: readonly SessionDate[],
  base: SessionDate | null,
  start = 0,
): DrawdownDates | null {
  if (!deepest || deepest.trough < 0) return null;
  const { peak, trough, recovery } = deepest;
  return {
    peak: peak < 0 ? base : sessions[start + peak]!,
    trough: sessions[start + trough]!,
    recovery: recovery === null ? null : sessions[start + recovery]!,
  };
}
