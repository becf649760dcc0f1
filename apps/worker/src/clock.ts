import type { Logger } from '@freshet/runtime';
import { askClock, type Pool } from '@freshet/store';

const LOOK_MS = 10_000;
/** A clock that is further off is reported: what this machine signs and logs is wrong by as much. */
const TOLD_MS = 2_000;

/** The time by the database's clock, which all machines share. */
export interface Clock {
  now(): Date;
  /** Measures the difference again. @throws when the database is away; the last known difference stays in use */
  look(): Promise<void>;
  stop(): void;
}

/**
 * The time of an answer is compared with the time of the request, which the database wrote down. By its own clock, a worker that was 90 s
 * behind repeated the call ten times a second, because no answer was young enough; one that was ahead took old prices for young.
 */
export function createClock(pool: Pool, log: Logger): Clock {
  let aheadMs = 0;
  let told = false;

  async function look(): Promise<void> {
    const found = await askClock(pool);
    aheadMs = Math.abs(found.aheadMs) > found.tookMs ? Math.round(found.aheadMs) : 0;
    const wrong = Math.abs(aheadMs) > TOLD_MS;
    if (wrong && !told)
      log.warn(
        { ahead_ms: aheadMs },
        'the clock of this machine differs from that of the database, which is used instead; set the clock',
      );
    told = wrong;
  }

  const timer = setInterval(() => void look().catch(() => {}), LOOK_MS);
  timer.unref();
  return { now: () => new Date(Date.now() + aheadMs), look, stop: () => clearInterval(timer) };
}
