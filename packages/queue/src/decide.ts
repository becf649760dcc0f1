import { DelayedError, type Job, RateLimitError, UnrecoverableError } from 'bullmq';
import type { Outcome } from './outcome.ts';
import type { QueueWorker } from './queue-worker.ts';

/**
 * The one place where an outcome becomes what the queue does: returns for a finished job, else throws what BullMQ
 * understands. Waiting, for quota or for a time, spends no attempt.
 * @param token the lock that this run of the job holds
 */
export async function decide(outcome: Outcome, job: Job, worker: QueueWorker, token: string): Promise<void> {
  switch (outcome.kind) {
    case 'done':
      return;
    case 'parked':
      await worker.park(wholeMs(outcome.forMs));
      throw new RateLimitError();
    case 'snoozed':
      await job.moveToDelayed(Date.now() + wholeMs(outcome.forMs), token);
      throw new DelayedError();
    case 'failed':
      throw outcome.error;
    case 'discarded':
      throw new UnrecoverableError(outcome.error.message);
  }
}

/** Redis refuses an expiry of 0 and fractions. */
function wholeMs(ms: number): number {
  return Math.max(1, Math.ceil(ms));
}
