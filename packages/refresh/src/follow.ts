import { done, type Job, type StepOutcome } from './outcome.ts';
import type { World } from './ports.ts';
import { ringFollowers } from './rings.ts';

/** What follows the fetching: calculate, announce, finish. Rung in shares, each of which does what nobody else has in hand. */
export async function follow(refreshId: string, job: Job, world: World): Promise<StepOutcome> {
  try {
    await world.calculations.run({
      refreshId,
      signal: job.signal,
      committed: (landed) => ringFollowers(landed, world),
    });
    return done;
  } catch (error) {
    if (!job.lastAttempt || job.signal.aborted) throw error;
    const failure = error instanceof Error ? error : new Error(String(error));
    await ringFollowers(await world.record.failCalculations(refreshId, failure.message), world);
    return { kind: 'failed', error: failure };
  }
}
