import { setTimeout as sleep } from 'node:timers/promises';
import { type Outcome, snoozed } from './outcome.ts';

/** Jobs that died together come back together: so long it takes until all but one are given back. */
const QUIET_MS = 250;
const GIVEN_BACK_MS = 1_000;

/** Of the whole process, because it is the process that dies, with the jobs of all its queues. */
let taken = false;

/**
 * Runs a job that one more death would make poison while no other such job is in this process. Whatever is running when a worker dies
 * counts as having died with it, so that without this a job that kills its workers takes three or four others into the failed set.
 */
export async function alone(run: () => Promise<Outcome>): Promise<Outcome> {
  if (taken) return snoozed(GIVEN_BACK_MS * (1 + 2 * Math.random()));
  taken = true;
  try {
    await sleep(QUIET_MS);
    return await run();
  } finally {
    taken = false;
  }
}
