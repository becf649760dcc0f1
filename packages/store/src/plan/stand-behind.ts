import { type Pool, type Queryable, withTx } from '../database/pool.ts';
import { type PlannedWant, upsertWants } from './upsert-wants.ts';

/** A refresh in progress, with the rank that it is lent and the user whose turns its wants take. */
export interface Running {
  id: string;
  rank: number;
  owner: string;
}

/**
 * Finds the refresh in progress that has the same identity as this queued one, and lends it the queued one's rank if
 * that is better: otherwise an urgent refresh would wait for the last call of one that isn't. Null: none is in
 * progress.
 */
export async function standBehind(db: Queryable, refreshId: string): Promise<Running | null> {
  // The update waits for a transaction that is ending the running refresh at this moment. A plain read would still see
  // it as running, and nobody would ring the one behind it.
  const { rows } = await db.query<Running>({
    name: 'stand-behind',
    text: `with me as (
             select identity, rank, coalesce(user_id, source) as owner from refreshes where id = $1 and status = 'queued'
           )
           update refreshes r set rank = least(r.rank, me.rank), seq = r.seq + (r.rank > me.rank)::int
           from me where r.identity = me.identity and r.status = 'in_progress' returning r.id, me.rank, me.owner`,
    values: [refreshId],
  });
  return rows[0] ?? null;
}

/** Lends the rank to the wants that the running refresh still waits for. Returns how many of them wait in each lane. */
export function lendRank(pool: Pool, { id, rank, owner }: Running): Promise<Record<string, number>> {
  return withTx(pool, async (client) => {
    const { rows: wants } = await client.query<PlannedWant>(
      `select w.symbol, w.data, w.class, w.lane, w.fresh_after as "freshAfter", w.from_session as "from", w.to_session as "to"
       from refresh_items i join wants w on w.symbol = i.subject and w.data = i.data
       where i.refresh_id = $1 and i.state = 'waiting' and w.rank > $2 order by w.symbol, w.data for update of w`,
      [id, rank],
    );
    return upsertWants(client, wants, { id, owner });
  });
}
