/**
 * How long to wait after so many failed attempts, in ms, or null when the day is over.
 * `random` in [0, 1) spreads receivers that failed together.
 */
export declare function nextAttemptInMs(
  attemptsMade: number,
  random: number,
  retryAfterMs?: number | null,
): number | null;
