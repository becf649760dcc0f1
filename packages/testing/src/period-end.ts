import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for the next minute, day or other period of the clock (UTC) when less than `leftMs` are left of the running one: a test of what is
 * counted by such periods isn't to begin in one and end in another.
 */
export async function awayFromTheEndOf(periodMs: number, leftMs: number): Promise<void> {
  const left = periodMs - (Date.now() % periodMs);
  // Timers may be early by a millisecond.
  if (left < leftMs) await sleep(left + 5);
}
