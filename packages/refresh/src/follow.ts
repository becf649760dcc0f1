import { done, type Job, type StepOutcome } from './outcome.ts';
import type { World } from './ports.ts';
import { ringFollowers } from './rings.ts';

/** How long a share runs before it lets other jobs go first, so that a refresh of everything doesn't keep a person waiting. */
const GOES_ON_MS = 2_000;

/** Calculates, announces and ends a refresh. It is rung in shares; each share takes the slices that no other has in hand. */
export async function follow(refreshId: string, job: Job, world: World): Promise<StepOutcome> {
  try {
    const { more } = await world.calculations.run({
      refreshId,
      forMs: GOES_ON_MS,
      signal: job.signal,
      committed: (landed) => ringFollowers(landed, world),
    });
    return more ? { kind: 'snoozed', forMs: 1 } : done;
  } catch (error) {
    // An outage of the record says nothing of the calculations: they stay due, and the sweeper rings for them again.
    if (!job.lastAttempt || job.signal.aborted || world.record.isAway(error)) throw error;
    const failure = error instanceof Error ? error : new Error(String(error));
    await ringFollowers(await world.record.failCalculations(refreshId, failure.message), world);
    return { kind: 'failed', error: failure };
  }
}
