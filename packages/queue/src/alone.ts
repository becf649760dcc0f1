import { setTimeout as sleep } from 'node:timers/promises';
import { type Outcome, snoozed } from './outcome.ts';

/** Jobs that died together come back together. Within this time all but one of them have been given back. */
const QUIET_MS = 250;
const GIVEN_BACK_MS = 1_000;

/** One flag for the whole process, because all jobs of all its queues die with it. */
let taken = false;

/**
 * Runs a job that one more death would make poison, one such job at a time in this process. Every job that runs when its worker dies counts
 * a death, so without this a job that kills its workers would take three or four others into the failed set with it.
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
