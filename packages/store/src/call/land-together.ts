import { type Landed, nothingLanded } from './conclude.ts';
import { type CallLanding, landCall, landCalls } from './land.ts';
import type { Calm } from './lock-wants.ts';
import type { Pool } from '../database/pool.ts';

/** So many calls share one at most: a failure costs no more than that to be done again, call by call. */
const MOST_TOGETHER = 10;

interface Waiting {
  landing: CallLanding;
  resolve(landed: Landed): void;
  reject(error: unknown): void;
}

/** A call to be landed, with the refresh that it was made for. */
type LandingOf = CallLanding & { refreshId: string | null };

/**
 * Lands calls, those of one refresh and provider together when they come faster than they are written: each locks the
 * row of the refresh, where they would only wait for each other, 20 calls in flight up to seconds. One transaction at a
 * time: with two, 500 calls are 290 transactions that wait 27 s in all for each other on a busy machine; with one they
 * are 180 that wait 3 s. What a shared transaction landed is told to one of them. When it fails, each call lands by
 * itself: a bad answer undoes nobody else's.
 */
export function createLander(pool: Pool): (landing: LandingOf) => Promise<Landed> {
  /** Of each provider and refresh that land now, the calls that came meanwhile. */
  const queued = new Map<string, Waiting[]>();
  const calm: Calm = new Set();

  async function run(key: string, first: Waiting): Promise<void> {
    const waiting: Waiting[] = [first];
    queued.set(key, waiting);
    while (waiting.length > 0) await landAsOne(pool, waiting.splice(0, MOST_TOGETHER), calm);
    queued.delete(key);
  }

  return ({ refreshId, ...landing }) =>
    new Promise((resolve, reject) => {
      const key = `${landing.provider} ${refreshId}`;
      const call = { landing, resolve, reject };
      const waiting = queued.get(key);
      if (waiting) waiting.push(call);
      else void run(key, call);
    });
}

async function landAsOne(pool: Pool, batch: Waiting[], calm: Calm): Promise<void> {
  const [first, ...others] = batch;
  if (first && others.length > 0) {
    try {
      const landed = await landCalls(
        pool,
        batch.map(({ landing }) => landing),
        calm,
      );
      first.resolve(landed);
      for (const { resolve } of others) resolve(nothingLanded());
      return;
    } catch {
      // Whose fault it was, each finds out by itself.
    }
  }
  await Promise.all(batch.map(({ landing, resolve, reject }) => landCall(pool, landing, calm).then(resolve, reject)));
}
