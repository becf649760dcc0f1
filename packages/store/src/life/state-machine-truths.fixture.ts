import { isFinal, progressOf } from '@freshet/contracts';
import type { RefreshRecord } from '@freshet/contracts';
import type { Pool } from '../database/pool.ts';
import { REFRESH_COLUMNS } from '../refreshes/refresh-columns.ts';

/** A refresh beside what its items, wants and events say of it. */
export type Row = RefreshRecord & {
  identity: string;
  items: number;
  settled: number;
  waiting: number;
  failedItems: number;
  updatedQuotes: number;
  updatedPortfolios: number;
  skips: Record<string, number>;
  finalEvents: number;
  stale: number;
  lost: number;
  outranked: number;
};

/** All of them, by id. */
export async function look(pool: Pool): Promise<Map<string, Row>> {
  const { rows } = await pool.query<Row>(
    `with i as (
       select refresh_id, count(*)::int as items, (count(*) filter (where state <> 'waiting'))::int as settled,
         (count(*) filter (where state = 'waiting' and data = 'quote'))::int as waiting,
         (count(*) filter (where state = 'failed'))::int as failed,
         (count(*) filter (where state = 'updated' and data = 'quote'))::int as quotes,
         (count(*) filter (where state = 'updated' and data = 'portfolio'))::int as portfolios
       from refresh_items group by 1
     ), s as (
       select refresh_id, jsonb_object_agg(reason, n) as skips
       from (select refresh_id, reason, count(*) as n from refresh_items where state = 'skipped' group by 1, 2) x group by 1
     ), l as (
       select i.refresh_id, (count(*) filter (where w.symbol is null or w.resting or w.fresh_after < i.fresh_after))::int as lost,
         (count(*) filter (where w.rank > r.rank))::int as outranked
       from refresh_items i join refreshes r on r.id = i.refresh_id
       left join wants w on w.symbol = i.subject and w.data = i.data
       where i.state = 'waiting' and i.data = 'quote' group by 1
     ), a as (
       select i.refresh_id, count(*)::int as stale from refresh_items i
       where i.state = 'updated' and i.data = 'quote' and not exists (
         select from latest_quotes l where l.symbol = i.subject and l.fetched_at >= i.fresh_after) group by 1
     ), e as (
       select refresh_id, (count(*) filter (where items -> 0 ->> 'status' not in ('queued', 'in_progress')))::int as n
       from events where refresh_id is not null group by 1
     )
     select ${REFRESH_COLUMNS}, r.identity, coalesce(i.items, 0) as items, coalesce(i.settled, 0) as settled,
       coalesce(i.waiting, 0) as waiting, coalesce(i.failed, 0) as "failedItems", coalesce(i.quotes, 0) as "updatedQuotes",
       coalesce(i.portfolios, 0) as "updatedPortfolios", coalesce(s.skips, '{}') as skips, coalesce(e.n, 0) as "finalEvents",
       coalesce(l.lost, 0) as lost, coalesce(l.outranked, 0) as outranked, coalesce(a.stale, 0) as stale
     from refreshes r left join i on i.refresh_id = r.id left join s on s.refresh_id = r.id
       left join l on l.refresh_id = r.id left join a on a.refresh_id = r.id left join e on e.refresh_id = r.id`,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The step and the status that the counts of a refresh call for; null: its end was not decided by its items. */
function calledFor({ status, calculates, open, failed, total }: Row): { step: string; status: string } | null {
  if (status === 'queued') return { step: 'queued', status };
  if (status === 'in_progress') return { step: calculates && open === 0 ? 'calculating' : 'fetching', status };
  if (status === 'cancelled' || status === 'timed_out') return null;
  return { step: 'ended', status: failed === 0 ? 'success' : failed < total ? 'partial' : 'failed' };
}

/** Whether its status alone leaves open why it ended so. */
function needsReason({ status, failed, total, skipped }: Row): boolean {
  const passedOver = Object.values(skipped).reduce((sum, n) => sum + n, 0);
  return status === 'cancelled' || status === 'timed_out' || failed > 0 || total === passedOver;
}

/** What a poll shows, but for `seq`. */
const shown = ({ status, step, rank, total, done, failed, prices, portfolios, skipped, providerCalls }: Row) =>
  JSON.stringify([status, step, rank, total, done, failed, prices, portfolios, skipped, providerCalls]);

const ORDER = { queued: 0, in_progress: 1 } as Record<string, number>;

/** What must be true at every moment. */
export function holds(now: Map<string, Row>, before: Map<string, Row>): void {
  for (const row of now.values()) {
    const { id, status, total, done, open, failed, prices, portfolios, skipped } = row;
    expect({ id, total, done, open, failed, prices, portfolios, skipped }).toEqual({
      id,
      total: row.items,
      done: row.settled,
      open: row.waiting,
      failed: row.failedItems,
      prices: row.updatedQuotes,
      portfolios: row.updatedPortfolios,
      skipped: row.skips,
    });
    // No item waits for nothing, nobody waits behind a want of a lower class, and no answer settles who wants a fresher
    // one.
    const { lost, outranked, stale } = row;
    expect({ id, lost, outranked, stale }).toEqual({ id, lost: 0, outranked: 0, stale: 0 });
    expect({ id, step: row.step, status, ...calledFor(row) }).toEqual({ id, step: row.step, status });
    expect({ id, status, ends: row.finalEvents }).toEqual({ id, status, ends: isFinal(status) ? 1 : 0 });
    if (isFinal(status)) {
      const { failures, failedItems, endReason } = row;
      expect({ id, done, failures: failures?.length ?? 0 }).toEqual({ id, done: total, failures: failedItems });
      expect({ id, status, told: endReason !== null }).toEqual({ id, status, told: needsReason(row) });
    }
    const earlier = before.get(id);
    if (!earlier) continue;
    if (isFinal(earlier.status)) expect({ id, status }).toEqual({ id, status: earlier.status });
    else expect(ORDER[status] ?? 2).toBeGreaterThanOrEqual(ORDER[earlier.status] ?? 2);
    expect(progressOf(row)).toBeGreaterThanOrEqual(progressOf(earlier));
    if (shown(row) !== shown(earlier)) expect({ id, moved: row.seq > earlier.seq }).toEqual({ id, moved: true });
    expect(row.seq).toBeGreaterThanOrEqual(earlier.seq);
    expect(row.rank).toBeLessThanOrEqual(earlier.rank);
    if (earlier.status !== 'queued') expect(total).toBe(earlier.total);
  }
  for (const status of ['queued', 'in_progress']) {
    const alive = [...now.values()].filter((row) => row.status === status).map(({ identity }) => identity);
    expect(new Set(alive).size).toBe(alive.length);
  }
}

/** Whoever waits for another's end waits for one that is still to come, or was rung by whoever ended it. */
export function wakes(now: Map<string, Row>, { asleep, rung }: { asleep: Set<string>; rung: Set<string> }): void {
  const rows = [...now.values()];
  const running = new Set(rows.filter(({ status }) => status === 'in_progress').map(({ identity }) => identity));
  const lost = rows.filter(({ id, status, identity }) => {
    return status === 'queued' && asleep.has(id) && !rung.has(id) && !running.has(identity);
  });
  expect(lost.map(({ id }) => id)).toEqual([]);
}

/** A want with everything that says in whose hands it is. */
interface Hands {
  hands: string;
  fence: number;
}

export async function lookAtWants(pool: Pool): Promise<Map<string, Hands>> {
  const { rows } = await pool.query<Hands & { key: string }>(
    `select concat_ws(' ', data, symbol) as key, fence, jsonb_build_array(call_id, claimed_at, resting, lane)::text as hands from wants`,
  );
  return new Map(rows.map((row) => [row.key, row]));
}

/** A want that has gone to other hands in one step has another fence: whoever had it before is kept out. */
export function fenced(now: Map<string, Hands>, before: Map<string, Hands>): void {
  for (const [want, { hands, fence }] of now) {
    const earlier = before.get(want);
    if (earlier && earlier.hands !== hands)
      expect({ want, moved: fence > earlier.fence }).toEqual({ want, moved: true });
  }
}
