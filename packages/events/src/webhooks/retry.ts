const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Soon at first, for a receiver that restarts; then over a day, for one that must be mended. 23 h 35 min in all. */
const WAITS = [
  5 * SECOND,
  30 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  1 * HOUR,
  2 * HOUR,
  4 * HOUR,
  6 * HOUR,
  10 * HOUR,
] as const;

/**
 * How long to wait after so many failed attempts, in ms, or null when the day is over.
 * @param attemptsMade at least 1
 * @param random in [0, 1): shortens a wait by up to a fifth, so that deliveries that failed together don't return together
 * @param retryAfterMs what the receiver asked for: never earlier than that, nor later than the longest wait
 */
export function nextAttemptInMs(
  attemptsMade: number,
  random: number,
  retryAfterMs: number | null = null,
): number | null {
  const wait = WAITS[attemptsMade - 1];
  if (wait === undefined) return null;
  const spread = Math.round(wait * (1 - 0.2 * random));
  return Math.max(spread, Math.min(retryAfterMs ?? 0, 10 * HOUR));
}
