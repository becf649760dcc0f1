import type { RefreshMode, RefreshRecord } from '@freshet/contracts';
import { progressEvents, writeEvents } from '../events/announce.ts';
import { textArray } from '../database/binary-array.ts';
import { type Landed, landedOf, nothingLanded } from '../call/conclude.ts';
import { endRefreshes } from '../refreshes/end.ts';
import { type Client, type Pool, type Queryable, withTx } from '../database/pool.ts';
import { REFRESH_COLUMNS } from '../refreshes/refresh-columns.ts';

/** Something to calculate for a refresh. */
export interface CalculationItem {
  subject: string;
  data: 'portfolio' | 'strategy';
  waiting: boolean;
}

export interface RefreshToCalculate {
  kind: string;
  mode: RefreshMode;
  /** Its fetching is over. Before that, only what depends on daily bars and needs no quote can be calculated. */
  due: boolean;
}

/** A refresh that has something to calculate now. Null: not yet (daily bars are still being fetched), or it is over. */
export async function refreshToCalculate(db: Queryable, refreshId: string): Promise<RefreshToCalculate | null> {
  const { rows } = await db.query<RefreshToCalculate>({
    name: 'refresh-to-calculate',
    text: `select kind, mode, open = 0 as due from refreshes r where id = $1 and status = 'in_progress' and calculates
             and (open = 0 or not exists (
               select from refresh_items i where i.refresh_id = r.id and i.data = 'bars' and i.state = 'waiting'))`,
    values: [refreshId],
  });
  return rows[0] ?? null;
}

/** Everything that a refresh calculates, in the same order for every worker: strategies first. */
export async function calculationsOf(db: Queryable, refreshId: string): Promise<CalculationItem[]> {
  const { rows } = await db.query<CalculationItem>({
    name: 'items-to-calculate',
    text: `select subject, data, state = 'waiting' as waiting from refresh_items
           where refresh_id = $1 and data in ('portfolio', 'strategy') order by data desc, subject`,
    values: [refreshId],
  });
  return rows;
}

/**
 * Takes one slice of a refresh's calculations into this transaction. Returns the items of it that still wait, or null
 * while another worker has the slice. The lock belongs to the transaction: when a worker dies, or Postgres gives up on
 * it, the lock goes and the work is rolled back. That is the fence; no row is locked while arithmetic runs.
 */
export async function takeSlice(
  client: Client,
  refreshId: string,
  slice: number,
  items: Pick<CalculationItem, 'subject' | 'data'>[],
): Promise<Pick<CalculationItem, 'subject' | 'data'>[] | null> {
  const { rows: locks } = await client.query<{ taken: boolean }>({
    name: 'take-slice',
    text: 'select pg_try_advisory_xact_lock(hashtext($1), $2) as taken',
    values: [refreshId, slice],
  });
  if (!locks[0]?.taken) return null;
  const { rows } = await client.query<Pick<CalculationItem, 'subject' | 'data'>>({
    name: 'slice-that-waits',
    text: `select i.subject, i.data from refresh_items i
           where i.refresh_id = $1 and i.data = any($3) and i.subject = any($2) and i.state = 'waiting'
             and exists (select from refreshes r where r.id = $1 and r.status = 'in_progress')
           order by i.data desc, i.subject`,
    values: [refreshId, textArray(items.map(({ subject }) => subject)), textArray(items.map(({ data }) => data))],
  });
  return rows;
}

export interface CalculatedItem {
  subject: string;
  data: 'portfolio' | 'strategy';
  state: 'updated' | 'skipped' | 'failed';
  reason?: string;
  detail?: string;
}

/** Thrown to undo a slice's work: the refresh was cancelled or ended meanwhile. */
export class RefreshIsOver extends Error {
  override name = 'RefreshIsOver';
}

/**
 * Settles calculated items and counts them. If they were the last, the refresh ends in the same transaction. The row of
 * the refresh is locked before its items, as by every writer. Each item is looked up by its key (`offset 0`, and `||
 * ''` so that the index of waiting items doesn't match). The planner's statistics say that few items wait, so it would
 * compare each with all that wait, those of other refreshes too: for 1,000 items 50 ms while one refresh ran, and 2 s
 * while 60 did, instead of 8 ms.
 *
 * @param beforeEnd writes what is left to write if these were the last; returns how many metrics
 * @throws RefreshIsOver
 */
export async function settleCalculated(
  client: Client,
  refreshId: string,
  items: CalculatedItem[],
  metrics: number,
  beforeEnd?: (record: RefreshRecord) => Promise<number>,
): Promise<Landed> {
  const { rows } = await client.query<RefreshRecord>({
    name: 'settle-calculated',
    text: SETTLE,
    values: [
      refreshId,
      textArray(items.map((item) => item.subject)),
      textArray(items.map((item) => item.data)),
      textArray(items.map((item) => item.state)),
      textArray(items.map((item) => item.reason ?? null)),
      textArray(items.map((item) => item.detail ?? null)),
      metrics,
    ],
  });
  const [record] = rows;
  if (!record) throw new RefreshIsOver(refreshId);
  if (record.done < record.total) {
    await writeEvents(client, progressEvents(rows));
    return { ...nothingLanded(), changed: [{ refreshId, seq: record.seq }] };
  }
  const more = (await beforeEnd?.(record)) ?? 0;
  if (more > 0) await client.query('update refreshes set metrics = metrics + $2 where id = $1', [refreshId, more]);
  return landedOf(await endRefreshes(client, [refreshId]));
}

const SETTLE = `
  with mine as (
    select id from refreshes where id = $1 and status = 'in_progress' for update
  ), found as (
    select own.place, t.state, t.reason, t.detail
    from mine, unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as t(subject, data, state, reason, detail), lateral (
      select i.ctid as place from refresh_items i
      where i.refresh_id = $1 and i.data = t.data and i.subject = t.subject and i.state || '' = 'waiting' offset 0) own
  ), settled as (
    update refresh_items i set state = t.state, reason = t.reason, detail = t.detail, settled_at = clock_timestamp()
    from found t where i.ctid = t.place and i.state || '' = 'waiting'
    returning i.state, i.data, i.reason
  ), tally as (
    select count(*)::int as n, (count(*) filter (where state = 'failed'))::int as failed,
      (count(*) filter (where state = 'updated' and data = 'portfolio'))::int as portfolios
    from settled
  ), skips as (
    select jsonb_object_agg(reason, n) as counts
    from (select reason, count(*)::int as n from settled where state = 'skipped' group by 1) s
  )
  update refreshes r set
    done = r.done + t.n, failed = r.failed + t.failed, portfolios = r.portfolios + t.portfolios, metrics = r.metrics + $7,
    calculated = least(1, (r.done + t.n - r.fetches)::float8 / greatest(1, r.total - r.fetches)),
    skipped = case when s.counts is null then r.skipped else r.skipped || (
      select jsonb_object_agg(key, value::int + coalesce((r.skipped ->> key)::int, 0)) from jsonb_each_text(s.counts)) end,
    step = 'calculating', seq = r.seq + 1, changed_at = clock_timestamp()
  from mine, tally t, skips s where r.id = mine.id
  returning ${REFRESH_COLUMNS}`;

/** Counts metrics that were written ahead of the settling. @throws RefreshIsOver */
export async function countMetrics(client: Client, refreshId: string, metrics: number): Promise<void> {
  const { rowCount } = await client.query({
    name: 'count-metrics',
    text: `update refreshes set metrics = metrics + $2 where id = $1 and status = 'in_progress'`,
    values: [refreshId, metrics],
  });
  if (rowCount === 0) throw new RefreshIsOver(refreshId);
}

/**
 * Fails what could not be calculated after the last attempt, with the reason, and ends the refresh with what it has. A
 * refresh that was cancelled or ended at the same moment stays as it is.
 */
export async function failCalculations(pool: Pool, refreshId: string, detail: string): Promise<Landed> {
  try {
    return await withTx(pool, async (client) => {
      const refresh = await refreshToCalculate(client, refreshId);
      if (!refresh?.due) return nothingLanded();
      const failed = (await calculationsOf(client, refreshId))
        .filter(({ waiting }) => waiting)
        .map(({ subject, data }) => ({ subject, data, state: 'failed' as const, reason: 'calculation', detail }));
      return settleCalculated(client, refreshId, failed, 0);
    });
  } catch (error) {
    if (error instanceof RefreshIsOver) return nothingLanded();
    throw error;
  }
}
