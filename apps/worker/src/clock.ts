import type { Logger } from '@freshet/runtime';
import { askClock, type Pool } from '@freshet/store';

const LOOK_MS = 10_000;
/** From here on somebody should set this machine's clock: what it signs and logs is as wrong. */
const TOLD_MS = 2_000;

/** The time by the database's clock, as all machines know it. */
export interface Clock {
  now(): Date;
  /** @throws when the database is away; the time goes on as it was known */
  look(): Promise<void>;
  stop(): void;
}

/**
 * When an answer came is compared with when it was asked for, which the database wrote down. By its own clock, a worker 90 s behind
 * asked again and again, ten times a second, as none of its answers was young enough; one ahead called old prices young.
 */
export function createClock(pool: Pool, log: Logger): Clock {
  let aheadMs = 0;
  let told = false;

  async function look(): Promise<void> {
    const found = await askClock(pool);
    aheadMs = Math.abs(found.aheadMs) > found.tookMs ? Math.round(found.aheadMs) : 0;
    const wrong = Math.abs(aheadMs) > TOLD_MS;
    if (wrong && !told) log.warn({ ahead_ms: aheadMs }, 'this clock is not that of the database, whose time is taken');
    told = wrong;
  }

  const timer = setInterval(() => void look().catch(() => {}), LOOK_MS);
  timer.unref();
  return { now: () => new Date(Date.now() + aheadMs), look, stop: () => clearInterval(timer) };
}
