import type { Logger } from '@freshet/runtime';
import { cleanUp, type Pool, type Retention } from '@freshet/store';

/**
 * Deletes what is past its retention, and logs how much. @throws when something could not be deleted: the job is retried, then goes to the
 * failed set with the reason, and an alert stays open until a later run succeeds.
 */
export async function retain(pool: Pool, retention: Retention, log: Pick<Logger, 'info' | 'warn'>): Promise<void> {
  const { failed, removed } = await cleanUp(pool, retention);
  log.info({ removed }, 'cleaned up');
  for (const { what, error } of failed) log.warn({ what, err: error }, 'could not be cleaned up');
  if (failed.length === 0) return;
  throw new Error(`not cleaned up: ${failed.map(({ what, error }) => `${what} (${error.message})`).join(', ')}`);
}
