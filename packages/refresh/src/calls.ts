import { call } from './call.ts';
import type { Job, StepOutcome } from './outcome.ts';
import type { Ahead, World } from './ports.ts';

/** For so long a job of a lane goes on, then it ends: whoever stops its process needn't wait. */
const GOES_ON_MS = 2_000;

/**
 * The calls of one job of a lane: while more waits than one call takes, it goes on with the next. 500 calls take 2,700 scripts of Redis
 * that way; with a job for each it is 4,300. A job that has failed before makes one call: its attempts are those of what it asks for.
 */
export async function calls(lane: string, job: Job, world: World): Promise<StepOutcome> {
  const until = world.now().getTime() + GOES_ON_MS;
  for (let left: Ahead | undefined; ; ) {
    const outcome = await call(lane, { ...job, left }, world);
    if (outcome.kind !== 'done' || !outcome.left) return outcome;
    const goesOn = job.attempt === 1 && !job.signal.aborted && world.now().getTime() < until;
    // Others were rung for by the first call of the job.
    if (!goesOn && left) await world.ring.lane(lane, 1, outcome.left.rank, 2);
    if (!goesOn) return outcome;
    left = outcome.left;
  }
}
