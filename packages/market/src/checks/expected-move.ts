/** What a symbol that nobody has measured yet is taken for: a lively share. */
const UNKNOWN_VOLATILITY = 0.6;
const SESSIONS_PER_YEAR = 252;
/** So many standard deviations. Reports and takeovers move a share by more: asking somebody else then costs one call. */
const DEVIATIONS = 6;
/** What hardly ever moves moves by this much without anybody being wrong. */
const FLOOR = 0.05;
const DAY_MS = 86_400_000;

/** The standard deviation of one session's log return, from the yearly volatility. */
export function dailyDeviation(volatility: number | null | undefined): number {
  const yearly = volatility && volatility > 0 && volatility < 100 ? volatility : UNKNOWN_VOLATILITY;
  return yearly / Math.sqrt(SESSIONS_PER_YEAR);
}

/** The largest change, as |log(to / from)|, that a symbol's own volatility explains over the time between two prices. */
export function explainedMove(volatility: number | null | undefined, from: Date, to: Date): number {
  const days = Math.max(0, to.getTime() - from.getTime()) / DAY_MS;
  const sessions = Math.max(1, (days * SESSIONS_PER_YEAR) / 365);
  return Math.max(FLOOR, DEVIATIONS * dailyDeviation(volatility) * Math.sqrt(sessions));
}
