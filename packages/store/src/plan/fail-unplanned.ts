import { type Landed, landedOf, nothingLanded } from '../call/conclude.ts';
import { endRefreshes } from '../refreshes/end.ts';
import { type Pool, withTx } from '../database/pool.ts';

/**
 * Ends a refresh whose planning was given up, so that the next one of its identity can start. A refresh that has been
 * planned meanwhile goes on: it doesn't need that job any more.
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
