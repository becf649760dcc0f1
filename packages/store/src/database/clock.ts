import type { Queryable } from './pool.ts';

/** The time by the database's clock, the only one that all processes share. */
export async function databaseNow(db: Queryable): Promise<Date> {
  const { rows } = await db.query<{ now: Date }>('select clock_timestamp() as now');
  return (rows[0] as { now: Date }).now;
}

/** How far the database's clock is ahead of this process's, in ms. */
export interface ClockOffset {
  aheadMs: number;
  /** How long the query itself took. A smaller difference means nothing. */
  tookMs: number;
}

const LOOKS = 3;

/** Takes the best of a few measurements: the quicker the answer, the more exact it is. */
export async function askClock(db: Queryable): Promise<ClockOffset> {
  let best: ClockOffset | null = null;
  for (let look = 0; look < LOOKS; look++) {
    const askedAt = Date.now();
    const now = await databaseNow(db);
    const answeredAt = Date.now();
    const tookMs = answeredAt - askedAt + 1;
    const aheadMs = now.getTime() - (askedAt + answeredAt) / 2;
    if (!best || tookMs < best.tookMs) best = { aheadMs, tookMs };
  }
  return best as ClockOffset;
}
