import { loadRefresh, type Pool } from '@freshet/store';

/** The record of a refresh that must be there. */
export async function recordOf(pool: Pool, id: string) {
  const record = await loadRefresh(pool, id);
  if (!record) throw new Error(`there is no refresh ${id}`);
  return record;
}

/** The sessions that are stored have told all: a coin's ends at midnight, and for a quarter of an hour its bar is provisional. */
export async function sessionsTold(pool: Pool): Promise<void> {
  await pool.query('update daily_bars set provisional = false where provisional');
}

export async function itemsOf(pool: Pool, id: string) {
  const { rows } = await pool.query<{ subject: string; data: string; state: string; reason: string; chain: object[] }>(
    'select subject, data, state, reason, chain from refresh_items where refresh_id = $1 order by data, subject',
    [id],
  );
  return rows;
}
