/** Assumed for a symbol whose volatility isn't measured yet: that of a lively share. */
const UNKNOWN_VOLATILITY = 0.6;
const SESSIONS_PER_YEAR = 252;
/**
 * In standard deviations. Reports and takeovers move a share further; confirming such a move costs one call elsewhere.
 */
const DEVIATIONS = 6;
/** Even a symbol that hardly ever moves may move by this much. */
const FLOOR = 0.05;
const DAY_MS = 86_400_000;

/** The standard deviation of one session's log return, from the yearly volatility. */
export function dailyDeviation(volatility: number | null | undefined): number {
  const yearly = volatility && volatility > 0 && volatility < 100 ? volatility : UNKNOWN_VOLATILITY;
  return yearly / Math.sqrt(SESSIONS_PER_YEAR);
}

/**
 * The largest change, as |log(to / from)|, that a symbol's own volatility explains over the time between two prices.
 */
export function explainedMove(volatility: number | null | undefined, from: Date, to: Date): number {
  const days = Math.max(0, to.getTime() - from.getTime()) / DAY_MS;
  const sessions = Math.max(1, (days * SESSIONS_PER_YEAR) / 365);
  return Math.max(FLOOR, DEVIATIONS * dailyDeviation(volatility) * Math.sqrt(sessions));
}
