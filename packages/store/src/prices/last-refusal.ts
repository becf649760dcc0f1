import type { TriedProvider } from '@freshet/contracts';
import type { Queryable } from '../database/pool.ts';

/** The provider that refused a price the last time it was asked for in vain. */
export interface LastRefusal {
  at: Date;
  chain: TriedProvider[];
}

/** How many of the newest refreshes are searched. A watched symbol is asked for twice a minute. */
const REFRESHES = 500;

/**
 * The provider that last refused a newer price of this symbol after `since`, or null. It is read from the items of
 * refreshes: if it were written beside the price each time, a price that stays the same would count as changed.
 * Refreshes are searched one by one, because items have no index by symbol.
 */
export async function lastRefusal(db: Queryable, symbol: string, since: Date | null): Promise<LastRefusal | null> {
  const { rows } = await db.query<LastRefusal>({
    name: 'last-refusal',
    text: `select i.at, i.chain
           from (select id from refreshes order by accepted_at desc, id desc limit ${REFRESHES}) r cross join lateral (
             select settled_at as at, chain from refresh_items
             where refresh_id = r.id and data = 'quote' and subject = $1 and state in ('failed', 'skipped')
               and jsonb_array_length(chain) > 0 and ($2::timestamptz is null or settled_at > $2) offset 0) i
           order by i.at desc limit 1`,
    values: [symbol, since?.toISOString() ?? null],
  });
  return rows[0] ?? null;
}
