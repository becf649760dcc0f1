const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Short waits first, for a receiver that restarts; long ones up to a day, for one that must be repaired. 23 h 35 min in all. */
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

/** One more than the waits between them. */
export const MOST_ATTEMPTS = WAITS.length + 1;

/** How long after the first one attempts may begin. An attempt may take 15 s, and all of them are to be over within the day. */
const LIFE = 24 * HOUR - MINUTE;

/**
 * The backoff: how long to wait after `attemptsMade` failed attempts, in ms, or null when the day is over.
 * @param attemptsMade at least 1
 * @param random in [0, 1): jitter, which shortens a wait by up to a fifth so that deliveries that failed together don't return together
 * @param retryAfterMs the wait that the receiver asked for. The next attempt never comes earlier, but after 10 h (the longest wait) at the
 *   latest, and at the end of the day if that comes first
 * @param ageMs since the delivery was created or replayed: what receivers ask for stretches waits, not the day
 */
export function nextAttemptInMs(
  attemptsMade: number,
  random: number,
  { retryAfterMs = null, ageMs = 0 }: { retryAfterMs?: number | null; ageMs?: number } = {},
): number | null {
  const wait = WAITS[attemptsMade - 1];
  const leftMs = LIFE - ageMs;
  if (wait === undefined || leftMs < MINUTE) return null;
  const spread = Math.round(wait * (1 - 0.2 * random));
  return Math.min(leftMs, Math.max(spread, Math.min(retryAfterMs ?? 0, 10 * HOUR)));
}
