import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for the next minute, day or other period of the clock (UTC) if less than `leftMs` are left of the current one. A test of
 * something counted per period would otherwise begin in one and end in the next.
 */
export async function awayFromTheEndOf(periodMs: number, leftMs: number): Promise<void> {
  const left = periodMs - (Date.now() % periodMs);
  // Timers may be early by a millisecond.
  if (left < leftMs) await sleep(left + 5);
}
