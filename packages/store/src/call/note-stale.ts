import { staleReason, type TriedProvider } from '@freshet/contracts';
import type { EventToWrite } from '../events/announce.ts';
import { textArray } from '../database/binary-array.ts';
import type { Client } from '../database/pool.ts';

/** How an item ended without a price. */
export interface PricelessEnd {
  subject: string;
  data: string;
  state: string;
  reason: string | null;
  detail: string | null;
  chain?: object[] | null;
}

/** Items skipped for these reasons have a stored price that is as new as it should be. */
const CONTENT: readonly (string | null)[] = ['fresh', 'market_closed'];
/** If more symbols than this have changed, caches drop everything. */
const MANY = 500;

/**
 * Records, beside the last price of each symbol that could not be refreshed, the reason: readers see it until the next
 * price is stored. Returns the cache events. A reason of the same kind from the same providers changes nothing. A row
 * that is locked by another writer is left alone: a newer price is coming, and this must not wait.
 *
 * @param planned the refresh in whose plan they end so: unlike a call, a plan has no hold of them, and a price may have come meanwhile
 */
export async function noteStale(
  client: Client,
  ends: readonly PricelessEnd[],
  planned: string | null = null,
): Promise<EventToWrite[]> {
  const stale = ends.filter(
    ({ data, state, reason }) =>
      data === 'quote' && (state === 'failed' || (state === 'skipped' && !CONTENT.includes(reason))),
  );
  if (stale.length === 0) return [];
  const { rows } = await client.query<{ symbol: string }>({
    name: 'note-stale',
    text: `with due as materialized (
             select l.symbol, t.why from latest_quotes l join unnest($1::text[], $2::text[]) as t(symbol, why) on t.symbol = l.symbol
             where ${kindAndTellers('l.stale_reason')} is distinct from ${kindAndTellers('t.why')}
               and ($3::text is null or l.fetched_at < (select accepted_at from refreshes where id = $3))
             order by l.symbol for update of l skip locked)
           update latest_quotes l set stale_reason = due.why, changed_at = clock_timestamp()
           from due where l.symbol = due.symbol returning l.symbol`,
    values: [
      textArray(stale.map(({ subject }) => subject)),
      textArray(stale.map((end) => staleReason({ ...end, chain: end.chain as TriedProvider[] | null | undefined }))),
      planned,
    ],
  });
  if (rows.length === 0) return [];
  const symbols = rows.length > MANY ? null : rows.map(({ symbol }) => symbol);
  const about = { type: 'quotes', user_id: null, portfolio_id: null, operation: 'not_refreshed', symbols };
  return [{ type: 'cache_invalidation', userId: null, items: [about] }];
}

/** `unavailable: yahoo: HTTP 503` → `{unavailable,yahoo}`. */
function kindAndTellers(reason: string): string {
  return `(string_to_array(${reason}, ': '))[1:2]`;
}
