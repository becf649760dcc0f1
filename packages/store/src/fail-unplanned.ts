import { type Landed, landedOf, nothingLanded } from './conclude.ts';
import { endRefreshes } from './end.ts';
import { type Pool, withTx } from './pool.ts';

/**
 * Ends a refresh whose plan was given up, so that the next of its kind can go. One that is planned meanwhile goes on:
 * it needs that job no more.
 */
export function failUnplanned(pool: Pool, refreshId: string, reason: string): Promise<Landed> {
  return withTx(pool, async (client) => {
    const { rowCount } = await client.query(`select from refreshes where id = $1 and status = 'queued' for update`, [
      refreshId,
    ]);
    if (!rowCount) return nothingLanded();
    return landedOf(await endRefreshes(client, [refreshId], { status: 'failed', reason }));
  });
}
