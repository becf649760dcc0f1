import { type Client, type Pool, withTx } from '../database/pool.ts';

/** Rows per transaction. */
const CHUNK = 5_000;

interface Want {
  symbol: string;
  data: string;
}

/** Drops wants that nobody waits for any more, and resting ones after a week. Returns how many. */
export function dropOrphanWants(pool: Pool): Promise<number> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<Want>(
      `select symbol, data from wants w
       where (w.call_id is null or w.resting and w.claimed_at < clock_timestamp() - interval '7 days') and ${UNWANTED}
       limit ${CHUNK} for update skip locked`,
    );
    return dropUnwanted(client, rows);
  });
}

/**
 * Drops the wants of these refreshes that are in no call and that nobody else waits for: a call for a cancelled refresh
 * would only cost quota. Wants that are locked at this moment are left to the sweeper.
 */
export function dropWantsOf(pool: Pool, refreshIds: string[]): Promise<number> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<Want>(
      `select w.symbol, w.data from wants w
       where w.call_id is null and (w.symbol, w.data) in (
         select i.subject, i.data from refresh_items i where i.refresh_id = any($1)) and ${UNWANTED}
       for update skip locked`,
      [refreshIds],
    );
    return dropUnwanted(client, rows);
  });
}

const UNWANTED = `not exists (
  select from refresh_items i where i.subject = w.symbol and i.data = w.data and i.state = 'waiting')`;

/**
 * Checked again once the rows are locked: a plan that committed between the first look and the lock may have joined
 * them, and a statement sees other tables as they were when it began.
 */
async function dropUnwanted(client: Client, wants: Want[]): Promise<number> {
  if (wants.length === 0) return 0;
  const { rowCount } = await client.query(
    `delete from wants w using unnest($1::text[], $2::text[]) as t(symbol, data)
     where w.symbol = t.symbol and w.data = t.data and ${UNWANTED}`,
    [wants.map(({ symbol }) => symbol), wants.map(({ data }) => data)],
  );
  return rowCount ?? 0;
}
