import type { Client } from '../database/pool.ts';
import type { CalledEnd } from './want-end.ts';

/** An end whose want is locked. */
export type LockedEnd = CalledEnd & {
  rank: number;
  /**
   * The landing may have something to mend: the asset isn't active, has failed checks lately, or has open anomalies.
   */
  troubled: boolean;
};

/** Symbols that had nothing to mend when they last landed. */
export type Calm = Set<string>;
/**
 * Beyond this (about a megabyte) the set is emptied. One more round trip makes no difference to refreshes of so many
 * symbols.
 */
const MOST_CALM = 10_000;

/**
 * Locks the wants that these calls still hold. Everybody locks wants in this order, so landings and plans queue up
 * instead of deadlocking.
 */
export async function lockWants(
  client: Client,
  { ids, ends }: { ids: string[]; ends: CalledEnd[] },
  calm: Calm,
): Promise<LockedEnd[]> {
  const { rows } = await client.query<{ symbol: string; data: string; fence: number; rank: number; troubled: boolean }>(
    ids.length === 1
      ? { name: 'lock-wants', text: lockText('= $1'), values: [ids[0]] }
      : { name: 'lock-wants-of-calls', text: lockText('= any($1)'), values: [ids] },
  );
  const locked = new Map(rows.map((row) => [`${row.data} ${row.symbol}`, row]));
  for (const row of rows) {
    if (row.troubled) calm.delete(row.symbol);
    else if (calm.size < MOST_CALM) calm.add(row.symbol);
    else calm.clear();
  }
  return ends.flatMap((end) => {
    const want = locked.get(`${end.data} ${end.symbol}`);
    return want?.fence === end.fence ? [{ ...end, rank: want.rank, troubled: want.troubled }] : [];
  });
}

/**
 * The usual single call has a statement of its own: with a list it is planned anew each time, which takes longer than
 * running it.
 */
const lockText = (calls: string) => `
  select w.symbol, w.data, w.fence, w.rank,
    coalesce(a.status <> 'active' or coalesce(a.quality, 0) < 1, true)
      or exists (select from anomalies n where n.symbol = w.symbol and n.resolved_at is null) as troubled
  from wants w left join assets a on a.symbol = w.symbol
  where w.call_id ${calls} order by w.symbol, w.data for update of w`;
