import type { Work } from '@freshet/queue';
import { ringFollowers, type World } from '@freshet/refresh';
import { failUnplanned, isAway, type Pool } from '@freshet/store';

/**
 * Fails a refresh that could not be planned at the last attempt, so that the next one of its kind can go; its job rests with the error. If
 * Postgres was away, the refresh stays queued, and the sweeper rings it again.
 * @throws the error, always
 */
export async function giveUpPlan(
  error: unknown,
  job: Work<'refresh'>,
  { world, pool }: { world: World; pool: Pool },
): Promise<never> {
  if (job.lastAttempt && !isAway(error)) {
    const why = 'it could not be planned; its job in the failed queue says why';
    await ringFollowers(await failUnplanned(pool, job.data.refreshId, why), world);
  }
  throw error;
}
