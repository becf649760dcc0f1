import type { Logger } from '@freshet/runtime';
import { cleanUp, type Pool, type Retention } from '@freshet/store';

/**
 * Drops what is past its retention, and says what was dropped. @throws when something could not be: its job is tried again, then rests in
 * the failed set with the reason, which an alert tells of until it gets through.
 */
export async function retain(pool: Pool, retention: Retention, log: Pick<Logger, 'info' | 'warn'>): Promise<void> {
  const { failed, removed } = await cleanUp(pool, retention);
  log.info({ removed }, 'cleaned up');
  for (const { what, error } of failed) log.warn({ what, err: error }, 'could not be cleaned up');
  if (failed.length === 0) return;
  throw new Error(`not cleaned up: ${failed.map(({ what, error }) => `${what} (${error.message})`).join(', ')}`);
}
