import type pg from 'pg';

/** What a refresh of prices has left behind: settled items, stored quotes, and ends that were told of. */
export async function effectsOf(
  db: pg.Pool,
  refreshId: string,
): Promise<{ items: number; quotes: number; ends: number }> {
  const { rows } = await db.query(
    `select (select count(*)::int from refresh_items where refresh_id = $1 and state = 'updated') as items,
       (select count(*)::int from financial_time_series where refresh_id = $1) as quotes,
       (select count(*)::int from events where refresh_id = $1 and items -> 0 ->> 'status' not in ('queued', 'in_progress')) as ends`,
    [refreshId],
  );
  return rows[0];
}
