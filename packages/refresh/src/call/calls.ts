import { call } from './call.ts';
import type { Job, StepOutcome } from '../outcome.ts';
import type { Ahead, World } from '../ports.ts';

/** How long a job of a lane goes on with further calls; bounded, so that its process can be stopped without a long wait. */
const GOES_ON_MS = 2_000;

/**
 * The calls of one job of a lane: while more waits than one call takes, it goes on with the next. 500 calls take 2,700 Redis scripts
 * that way, and 4,300 with a job for each. A job that has failed before makes one call only: its attempts belong to the wants it kept.
 */
export async function calls(lane: string, job: Job, world: World): Promise<StepOutcome> {
  const until = world.now().getTime() + GOES_ON_MS;
  for (let left: Ahead | undefined; ; ) {
    const outcome = await call(lane, { ...job, left }, world);
    if (outcome.kind !== 'done' || !outcome.left) return outcome;
    const goesOn = job.attempt === 1 && !job.signal.aborted && world.now().getTime() < until;
    // The first call of the job has rung for other jobs already.
    if (!goesOn && left) await world.ring.lane(lane, 1, outcome.left.rank, 2);
    if (!goesOn) return outcome;
    left = outcome.left;
  }
}
