import type { RefreshRecord } from '@freshet/contracts';
import type { Queryable } from '../database/pool.ts';
import { REFRESH_COLUMNS } from './refresh-columns.ts';

/** One refresh, or null. */
export async function loadRefresh(db: Queryable, id: string): Promise<RefreshRecord | null> {
  const { rows } = await db.query<RefreshRecord>({
    name: 'load-refresh',
    text: `select ${REFRESH_COLUMNS} from refreshes r where r.id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** The users that asked for it: its first caller and those who joined. */
export async function callersOf(db: Queryable, id: string): Promise<string[]> {
  const { rows } = await db.query<{ user_id: string }>({
    name: 'callers-of-refresh',
    text: `select user_id from refreshes where id = $1 and user_id is not null
           union select user_id from refresh_callers where refresh_id = $1 and user_id is not null`,
    values: [id],
  });
  return rows.map((row) => row.user_id);
}

/** The lanes in which wants of this refresh wait, for a plan that is rung again. */
export async function waitingOf(db: Queryable, refreshId: string): Promise<Record<string, number>> {
  const { rows } = await db.query<{ lane: string; n: number }>(
    `select w.lane, count(*)::int as n from refresh_items i join wants w on w.symbol = i.subject and w.data = i.data
     where i.refresh_id = $1 and i.state = 'waiting' and w.call_id is null group by 1`,
    [refreshId],
  );
  return Object.fromEntries(rows.map((row) => [row.lane, row.n]));
}

/** The wants that a refresh finds waiting in the lanes. */
export interface WaitingBefore {
  /** Of its rank or a better one, by lane. */
  ahead: Record<string, number>;
  /** Whatever their rank. */
  all: Record<string, number>;
}

/** Counts what waits in each lane ahead of this refresh's wants. */
export async function waitingBefore(db: Queryable, refreshId: string): Promise<WaitingBefore> {
  const { rows } = await db.query<{ lane: string; ahead: number; n: number }>({
    name: 'waiting-before',
    text: `select lane, (count(*) filter (where rank <= (select rank from refreshes where id = $1)))::int as ahead, count(*)::int as n
           from wants where call_id is null group by lane`,
    values: [refreshId],
  });
  return {
    ahead: Object.fromEntries(rows.map((row) => [row.lane, row.ahead])),
    all: Object.fromEntries(rows.map((row) => [row.lane, row.n])),
  };
}

export interface ListFilter {
  status?: string;
  kind?: string;
  /** The user or key that asked for it or joined it. */
  requestedBy?: string;
  since?: Date;
  /** Only refreshes that this user asked for or joined. Other callers and their reasons aren't shown. */
  visibleTo?: string;
  before?: { acceptedAt: Date; id: string };
  limit: number;
}

/** The caller and the reason that are shown: those of the first caller, or of the user for whom it is listed. */
export interface ListedRefresh extends RefreshRecord {
  requestedBy: string | null;
  requestReason: string | null;
}

/** Newest first; `before` is the last row of the page before. */
export async function listRefreshes(db: Queryable, filter: ListFilter): Promise<ListedRefresh[]> {
  const ofSomebody = filter.visibleTo !== undefined || filter.requestedBy !== undefined;
  const { rows } = await db.query<ListedRefresh>(
    `select ${REFRESH_COLUMNS}, coalesce($5, r.user_id) as "requestedBy",
       case when $5::text is null or r.user_id = $5 then r.reason
            else (select c.reason from refresh_callers c where c.refresh_id = r.id and c.user_id = $5
                  order by c.joined_at desc limit 1) end as "requestReason"
     from refreshes r where ${fits('r')} ${ofSomebody ? `and r.id in (${THEIRS})` : 'and $3::text is null'}
     order by r.accepted_at desc, r.id desc limit $8`,
    [
      filter.status ?? null,
      filter.kind ?? null,
      filter.requestedBy ?? null,
      filter.since?.toISOString() ?? null,
      filter.visibleTo ?? null,
      filter.before?.acceptedAt.toISOString() ?? null,
      filter.before?.id ?? null,
      filter.limit,
    ],
  );
  return rows;
}

const fits = (row: string) => `($1::text is null or ${row}.status = $1) and ($2::text is null or ${row}.kind = $2)
  and ($4::timestamptz is null or ${row}.accepted_at >= $4)
  and ($6::timestamptz is null or (${row}.accepted_at, ${row}.id) < ($6, $7))`;

/**
 * The user for whom it is listed, or whose refreshes are asked for. A key is its user's, so that an index by user finds
 * what was asked with it.
 */
const USER = 'coalesce($5, (select k.user_id from api_keys k where k.id = $3), $3)';
const byThem = (row: string) =>
  `${row}.user_id = ${USER} and ($3::text is null or $3 in (${row}.user_id, ${row}.key_id))`;

/**
 * The newest that a user asked for, and all that they joined. Looked for among everybody's refreshes, those of a user who
 * has only a few were found after reading all: 300,000 took 6 s.
 */
const THEIRS = `
  (select o.id from refreshes o where ${byThem('o')} and ${fits('o')} order by o.accepted_at desc, o.id desc limit $8)
  union all (select c.refresh_id from refresh_callers c where ${byThem('c')})`;

export interface ItemRow {
  subject: string;
  data: string;
  state: string;
  reason: string | null;
  detail: string | null;
  source: string | null;
  chain: object[] | null;
  nextRefreshAt: Date | null;
  settledAt: Date | null;
}

/** A refresh's items in the order of their names; `after` is the last of the page before. */
export async function listItems(
  db: Queryable,
  refreshId: string,
  page: { state?: string; after?: { data: string; subject: string }; limit: number },
): Promise<ItemRow[]> {
  const { rows } = await db.query<ItemRow>(
    `select subject, data, state, reason, detail, source, chain, next_refresh_at as "nextRefreshAt", settled_at as "settledAt"
     from refresh_items where refresh_id = $1 and ($2::text is null or state = $2)
       and ($3::text is null or (data, subject) > ($3, $4)) order by data, subject limit $5`,
    [refreshId, page.state ?? null, page.after?.data ?? null, page.after?.subject ?? null, page.limit],
  );
  return rows;
}
