import type { Queryable } from '../database/pool.ts';
import { QUOTE_COLUMNS, type StoredQuote } from './quotes-read.ts';

/** A cursor is the snapshot (`xmin:xmax:xip`) in which the previous call read the quotes. */
const SNAPSHOT = /^\d{1,20}:\d{1,20}:(\d{1,20}(,\d{1,20})*)?$/;

/** Rows carry the lower half of their transaction's id, which is never 0. */
const isTransaction = (id: bigint): boolean => (id & 0xffffffffn) !== 0n;

/** The largest transaction that the query can compare with, and more than any cluster will have. */
const MOST = 2n ** 63n - 1n;

/** Whether Postgres reads it as a snapshot: its transactions lie between its ends, in their order. */
export function isSnapshot(text: string): boolean {
  if (text.length > 2_000 || !SNAPSHOT.test(text)) return false;
  const [xmin = 0n, xmax = 0n, ...running] = text.split(/[:,]/).flatMap((part) => (part === '' ? [] : [BigInt(part)]));
  const ordered = running.every((each, i) => each >= (running[i - 1] ?? xmin) && each < xmax);
  return isTransaction(xmin) && isTransaction(xmax) && xmin <= xmax && xmax <= MOST && ordered;
}

export interface ChangedQuotes {
  quotes: StoredQuote[];
  /** Symbols of the watchlist that have no price yet. */
  pending: string[];
  cursor: string;
}

/**
 * The quotes of a watchlist's symbols that were written since the last call, or whose symbols were added since, and the
 * cursor for the next call. Times can't tell that, because some time passes between a write and its commit. So the
 * cursor is a snapshot of Postgres: a quote has changed if it was written by a transaction that the snapshot didn't
 * see. There is no gap and no repeat (but a symbol that is moved within its list is written, and comes again). A cursor
 * from the future, of another cluster, gives everything. List and quotes are read in one statement: a symbol that is
 * added between two would be older than the cursor and never be reported.
 */
export async function changedQuotes(
  db: Queryable,
  watchlistId: string,
  since: { snapshot: string } | { after: Date } | null,
): Promise<ChangedQuotes> {
  const snapshot = since && 'snapshot' in since ? since.snapshot : null;
  const after = since && 'after' in since ? since.after.toISOString() : null;
  const { rows } = await db.query<StoredQuote & { listed: string | null; changed: boolean | null; cursor: string }>({
    name: 'changed-quotes',
    text: `with here as (select pg_current_snapshot() as snapshot, pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next)
           select here.snapshot::text as cursor, i.symbol as listed, ${QUOTE_COLUMNS},
             case when $2::text is null or pg_snapshot_xmax($2::pg_snapshot)::text::bigint > here.next
                  then $3::timestamptz is null or greatest(l.changed_at, i.added_at) > $3
                  else not pg_visible_in_snapshot(${writerOf('l')}, $2::pg_snapshot)
                    or not pg_visible_in_snapshot(${writerOf('i')}, $2::pg_snapshot) end as changed
           from here left join watchlist_items i on i.watchlist_id = $1
           left join latest_quotes l on l.symbol = i.symbol left join assets a on a.symbol = l.symbol
           order by i.position, i.symbol`,
    values: [watchlistId, snapshot, after],
  });
  return {
    quotes: rows.filter(({ symbol, changed }) => symbol !== null && changed === true),
    pending: rows.flatMap(({ symbol, listed }) => (symbol === null && listed !== null ? [listed] : [])),
    cursor: rows[0]?.cursor ?? '',
  };
}

/**
 * Which transaction wrote a row: it knows the lower half of that one's id, which can't be one that hasn't been given
 * yet.
 */
function writerOf(row: string): string {
  const low = `(here.next >> 32 << 32) + ${row}.xmin::text::bigint`;
  return `(${low} - case when ${low} >= here.next then 1::bigint << 32 else 0 end)::text::xid8`;
}
