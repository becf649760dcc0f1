import { endRefreshes, nameOf } from './end.ts';
import { type Landed, nothingLanded } from './conclude.ts';
import { type Pool, withTx } from './pool.ts';

/** Ends a refresh whose plan was given up, so that the next of its kind can go. One that is planned meanwhile goes on: it needs that job no more. */
export function failUnplanned(pool: Pool, refreshId: string, reason: string): Promise<Landed> {
  return withTx(pool, async (client) => {
    const { rowCount } = await client.query(`select from refreshes where id = $1 and status = 'queued' for update`, [
      refreshId,
    ]);
    if (!rowCount) return nothingLanded();
    const ended = await endRefreshes(client, [refreshId], { status: 'failed', reason });
    return {
      ...nothingLanded(),
      ended: ended.map(nameOf),
      changed: ended.map(({ record }) => ({ refreshId: record.id, seq: record.seq })),
      next: ended.flatMap(({ next }) => (next ? [next] : [])),
    };
  });
}
