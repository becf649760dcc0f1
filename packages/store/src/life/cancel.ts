import { type Actor, writeAudit } from '../access/audit.ts';
import { dropWantsOf } from '../call/drop-wants.ts';
import { type Landed, landedOf, nothingLanded } from '../call/conclude.ts';
import { endRefreshes } from '../refreshes/end.ts';
import { type Pool, withTx } from '../database/pool.ts';
import { settleOpenItems } from '../upkeep/sweep.ts';

/**
 * Cancels for one caller: the caller is detached, and the refresh stops when all are, or at once for an admin. What has
 * started is left alone: what it brings is kept, and nobody waits for it. Null: no such refresh, or it is over. With an
 * actor it is in the audit log, in the same commit.
 */
export async function cancelRefresh(
  pool: Pool,
  id: string,
  by: { userId: string; everyone: boolean; actor?: Actor },
): Promise<(Landed & { stopped: boolean }) | null> {
  const cancelled = await detach(pool, id, by);
  if (cancelled?.stopped) await dropWantsOf(pool, [id]);
  return cancelled;
}

function detach(
  pool: Pool,
  id: string,
  by: { userId: string; everyone: boolean; actor?: Actor },
): Promise<(Landed & { stopped: boolean }) | null> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<{ first: boolean }>(
      `update refreshes set detached = detached or coalesce(user_id = $2, false) or $3
       where id = $1 and status in ('queued','in_progress') returning detached as first`,
      [id, by.userId, by.everyone],
    );
    if (!rows[0]) return null;
    await client.query('update refresh_callers set detached = true where refresh_id = $1 and (user_id = $2 or $3)', [
      id,
      by.userId,
      by.everyone,
    ]);
    const { rows: attached } = await client.query(
      'select from refresh_callers where refresh_id = $1 and not detached limit 1',
      [id],
    );
    const stops = rows[0].first && attached.length === 0;
    const action = stops ? 'refresh.cancelled' : 'refresh.left';
    if (by.actor) await writeAudit(client, by.actor, { action, subject: id });
    if (!stops) return { ...nothingLanded(), stopped: false };
    await settleOpenItems(client, [id], { state: 'skipped', reason: 'cancelled', detail: 'the refresh was cancelled' });
    const ended = await endRefreshes(client, [id], {
      status: 'cancelled',
      reason: by.everyone ? 'cancelled by an admin' : 'cancelled by its caller',
    });
    return { ...landedOf(ended), stopped: true };
  });
}
