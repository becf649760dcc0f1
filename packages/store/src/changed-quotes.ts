import type { Queryable } from './pool.ts';
import { QUOTE_COLUMNS, type StoredQuote } from './quotes-read.ts';

/** What a cursor is: the snapshot (`xmin:xmax:xip`) in which the call before looked at the quotes. */
const SNAPSHOT = /^\d{1,20}:\d{1,20}:(\d{1,20}(,\d{1,20})*)?$/;

/** The largest transaction that the query can compare with, and more than any cluster will have. */
const MOST = 2n ** 63n - 1n;

/** Whether Postgres reads it as a snapshot: its transactions lie between its ends, in their order. */
export function isSnapshot(text: string): boolean {
  if (text.length > 2_000 || !SNAPSHOT.test(text)) return false;
  const [xmin = 0n, xmax = 0n, ...running] = text.split(/[:,]/).flatMap((part) => (part === '' ? [] : [BigInt(part)]));
  const ordered = running.every((each, i) => each >= (running[i - 1] ?? xmin) && each < xmax);
  return xmin > 0n && xmin <= xmax && xmax <= MOST && ordered;
}

export interface ChangedQuotes {
  quotes: StoredQuote[];
  /** Of the symbols asked for those that have a price at all. */
  priced: string[];
  cursor: string;
}

/**
 * Quotes of these symbols that were written since, and the cursor for the next call. Times can't tell that: a write takes its
 * time before it commits. So the cursor is Postgres' own snapshot, and what changed is what was written by a transaction
 * that the snapshot didn't see: no gap and no repeat. A cursor from the future (another cluster's) gives everything.
 */
export async function changedQuotes(
  db: Queryable,
  symbols: string[],
  since: { snapshot: string } | { after: Date } | null,
): Promise<ChangedQuotes> {
  const snapshot = since && 'snapshot' in since ? since.snapshot : null;
  const after = since && 'after' in since ? since.after.toISOString() : null;
  const { rows } = await db.query<StoredQuote & { changed: boolean | null; cursor: string }>({
    name: 'changed-quotes',
    text: `with here as (select pg_current_snapshot() as snapshot, pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next)
           select here.snapshot::text as cursor, ${QUOTE_COLUMNS},
             case when $2::text is null or pg_snapshot_xmax($2::pg_snapshot)::text::bigint > here.next
                  then $3::timestamptz is null or l.changed_at > $3
                  else not pg_visible_in_snapshot(w.writer::text::xid8, $2::pg_snapshot) end as changed
           from here left join latest_quotes l on l.symbol = any($1) left join assets a on a.symbol = l.symbol
           left join lateral (
             -- The row knows the lower half of its writer's id; it can't be one that hasn't been given yet.
             select x - case when x >= here.next then 1::bigint << 32 else 0 end as writer
             from (select (here.next >> 32 << 32) + l.xmin::text::bigint as x) low
           ) w on true`,
    values: [symbols, snapshot, after],
  });
  const held = rows.filter(({ symbol }) => symbol !== null);
  return {
    quotes: held.filter(({ changed }) => changed === true),
    priced: held.map(({ symbol }) => symbol),
    cursor: rows[0]?.cursor ?? '',
  };
}
