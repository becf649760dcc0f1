import { done, type Outcome } from '@freshet/queue';
import { type Logger, troubleOf } from '@freshet/runtime';
import { isAway, isHeldUp } from '@freshet/store';

/**
 * Ends a job whose last attempt failed because Postgres was away as done, instead of leaving it in the failed set. Its work waits in
 * Postgres, and the sweeper rings for it. In the failed set the jobs of one outage would raise an alert until a person retried them, since
 * calls, further shares of a follow-up, and plans that had got as far as their call are never rung under the same id again.
 * A job that was retried by hand does go back to the failed set: the wants of a call that gave up rest with it, and the sweeper doesn't ring
 * for those. A statement that takes too long each time is no outage: a person has to look at it.
 * @throws the error, unless it is an outage of Postgres at the last attempt
 */
export function forgiveOutage(
  error: unknown,
  job: { lastAttempt: boolean; triedByHand: boolean },
  log: Pick<Logger, 'warn'>,
): Outcome {
  if (!job.lastAttempt || job.triedByHand || !isAway(error) || isHeldUp(error)) throw error;
  troubleOf(log).met(error, 'a job found no database at its last attempt; the sweeper rings for its work again');
  return done;
}
