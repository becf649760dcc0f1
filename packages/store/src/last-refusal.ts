import type { TriedProvider } from '@freshet/contracts';
import type { Queryable } from './pool.ts';

/** Who refused a price when it was last asked for in vain. */
export interface LastRefusal {
  at: Date;
  chain: TriedProvider[];
}

/** Of so many refreshes, the newest. Whoever is watched is asked for twice a minute. */
const REFRESHES = 500;

/**
 * Who refused a newer price of this symbol last, after `since`; null when nobody has. Items of refreshes say so:
 * written beside the price each time, it would be news of a price that stays the same. Refreshes are gone through one
 * by one, for items have no index by their symbol.
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
