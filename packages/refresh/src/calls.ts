import { call } from './call.ts';
import type { Job, StepOutcome } from './outcome.ts';
import type { World } from './ports.ts';

/** After so long a job of a lane ends, so that whoever stops its process needn't wait. */
const TURN_MS = 2_000;

/**
 * The calls of one job of a lane: while more waits than one call takes, it goes on with the next. 500 calls take 2,700 scripts of Redis
 * that way; with a job for each it is 4,300. A job that has failed before makes one call: its attempts are those of what it asks for.
 */
export async function calls(lane: string, job: Job, world: World): Promise<StepOutcome> {
  const until = world.now().getTime() + TURN_MS;
  for (let again = false; ; again = true) {
    const outcome = await call(lane, { ...job, again }, world);
    if (outcome.kind !== 'done' || outcome.leftRank === undefined) return outcome;
    const goesOn = job.attempt === 1 && !job.signal.aborted && world.now().getTime() < until;
    if (goesOn) continue;
    if (again) await world.ring.lane(lane, 1, outcome.leftRank, 2);
    return outcome;
  }
}
