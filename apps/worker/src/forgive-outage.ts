import { done, type Outcome } from '@freshet/queue';
import { type Logger, troubleOf } from '@freshet/runtime';
import { isAway, isHeldUp } from '@freshet/store';

/**
 * A plan or a call that finds no Postgres at its last attempt either has nothing to rest for: what waits waits in Postgres, and the sweeper rings
 * for it. In the failed set those of one outage would be an alert until somebody retried them: calls are never rung under the same id again,
 * nor are plans that had got as far as their call. Who is tried again by hand goes back to where somebody looks for it: what a call gave up
 * rests with it, and the sweeper rings for none of that. A statement that takes too long each time is no outage: somebody has to look at it.
 * @throws what Postgres is not to blame for
 */
export function forgiveOutage(
  error: unknown,
  job: { lastAttempt: boolean; triedByHand: boolean },
  log: Pick<Logger, 'warn'>,
): Outcome {
  if (!job.lastAttempt || job.triedByHand || !isAway(error) || isHeldUp(error)) throw error;
  troubleOf(log).met(error, 'a job found no database; the sweeper rings again');
  return done;
}
