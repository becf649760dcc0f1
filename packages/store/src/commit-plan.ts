import type { Landed } from './land.ts';
import { conclude } from './land.ts';
import { type Client, type Pool, withTx } from './pool.ts';
import { REFRESH_COLUMNS } from './refresh-columns.ts';
import type { Estimate, RefreshRecord } from '@freshet/contracts';

export interface PlannedWant {
  symbol: string;
  data: string;
  class: string;
  lane: string;
  freshAfter: Date;
  from?: string;
  to?: string;
}

export interface PlannedItem {
  subject: string;
  data: string;
  state: 'waiting' | 'skipped' | 'failed';
  reason: string | null;
  detail: string | null;
  freshAfter: Date | null;
  nextRefreshAt: Date | null;
}

export interface PlanToCommit {
  refreshId: string;
  elapsedMs: number;
  wants: PlannedWant[];
  items: PlannedItem[];
  calculates: boolean;
  nextRefreshAt: Date | null;
  /** What is left to do, better known than when it was asked for. */
  estimate?: Estimate | null;
  newAssets: { symbol: string; class: string; currency: string; calendar: string }[];
}

/**
 * Commits a plan: the refresh begins, its items are written, its wants are upserted. A want that is there already is
 * joined: it gets the better rank and the stricter freshness, and its outcome settles all. Null: not ours to plan.
 * Not durable by itself: a plan that a crash of the database loses leaves the refresh queued, to be planned again.
 */
export function commitPlan(
  pool: Pool,
  plan: PlanToCommit,
): Promise<(Landed & { waiting: Record<string, number>; open: number }) | null> {
  return withTx(
    pool,
    async (client, atEnd) => {
      // All of it goes out together; what was written for a refresh that isn't ours to plan is undone. The wants come last: calls
      // pass by those that are locked, and the items of everything that is known take seconds to write.
      const begun = begin(client, plan);
      const written = Promise.all([
        addAssets(client, plan.newAssets),
        insertItems(client, plan),
        upsertWants(client, plan.wants, { id: plan.refreshId }),
      ]);
      written.catch(() => {});
      const record = await begun;
      if (!record) throw new NotOurs();
      const [, , waiting] = await written;
      return { ...(await conclude(client, { running: [record], ended: [] }, atEnd)), waiting, open: record.open };
    },
    { durable: false },
  ).catch((error: unknown) => {
    if (error instanceof NotOurs) return null;
    throw error;
  });
}

class NotOurs extends Error {}

async function begin(client: Client, plan: PlanToCommit): Promise<RefreshRecord | null> {
  const settled = plan.items.filter((item) => item.state !== 'waiting');
  const failed = settled.filter((item) => item.state === 'failed').length;
  const skipped: Record<string, number> = {};
  for (const item of settled)
    if (item.state === 'skipped' && item.reason) skipped[item.reason] = (skipped[item.reason] ?? 0) + 1;
  const fetches = plan.items.filter((item) => item.data !== 'portfolio' && item.data !== 'strategy').length;
  const { rows } = await client.query<RefreshRecord>({
    name: 'begin-refresh',
    text: `update refreshes r set status = 'in_progress', started_at = clock_timestamp() - make_interval(secs => $2),
       total = $3, fetches = $4, open = $5, done = $6, failed = $7, skipped = $8, calculates = $9,
       step = case when $5 = 0 and $9 then 'calculating' else 'fetching' end,
       next_refresh_at = $10, estimate = coalesce($11::jsonb, r.estimate), fence = r.fence + 1, seq = r.seq + 1, changed_at = clock_timestamp()
     where r.id = $1 and r.status = 'queued' returning ${REFRESH_COLUMNS}`,
    values: [
      plan.refreshId,
      plan.elapsedMs / 1_000,
      plan.items.length,
      fetches,
      plan.wants.length,
      settled.length,
      failed,
      skipped,
      plan.calculates,
      plan.nextRefreshAt?.toISOString() ?? null,
      plan.estimate ? JSON.stringify(plan.estimate) : null,
    ],
  });
  return rows[0] ?? null;
}

async function addAssets(client: Client, assets: PlanToCommit['newAssets']): Promise<void> {
  if (assets.length === 0) return;
  await client.query(
    `insert into assets (symbol, name, class, currency, calendar)
     select symbol, symbol, class, currency, calendar from unnest($1::text[], $2::text[], $3::text[], $4::text[])
       as t(symbol, class, currency, calendar) order by symbol on conflict (symbol) do nothing`,
    [
      assets.map((a) => a.symbol),
      assets.map((a) => a.class),
      assets.map((a) => a.currency),
      assets.map((a) => a.calendar),
    ],
  );
}

/** Writes a refresh's wants at its rank (in the `owner`'s turns, else in those of its own), or joins those that are there; answers how many of them wait in each lane. */
export async function upsertWants(
  client: Client,
  wants: PlannedWant[],
  { id, owner }: { id: string; owner?: string },
): Promise<Record<string, number>> {
  if (wants.length === 0) return {};
  const { rows } = await client.query<{ lane: string; n: number }>({
    name: 'upsert-wants',
    text: UPSERT_WANTS,
    values: [
      wants.map((want) => want.symbol),
      wants.map((want) => want.data),
      wants.map((want) => want.class),
      wants.map((want) => want.lane),
      wants.map((want) => want.freshAfter.toISOString()),
      wants.map((want) => want.from ?? null),
      wants.map((want) => want.to ?? null),
      id,
      owner ?? null,
    ],
  });
  return Object.fromEntries(rows.map((row) => [row.lane, row.n]));
}

/**
 * A user's wants take turns one after the other from where the lane's rank stands now, so that whoever comes with one
 * want goes before the second of those who came with a thousand.
 */
const UPSERT_WANTS = `
  with input as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::date[], $7::date[])
      as t(symbol, data, class, lane, fresh_after, from_session, to_session)
  ), asker as materialized (
    select id, rank, coalesce($9, user_id, source) as owner from refreshes where id = $8
  ), lanes as materialized (
    select l.lane, a.*, greatest(
      coalesce((select min(turn) from wants w where w.lane = l.lane and w.call_id is null and w.rank = a.rank), 0) - 1,
      coalesce((select max(turn) from wants w where w.lane = l.lane and w.owner = a.owner and w.rank = a.rank), 0)) as base
    from (select distinct lane from input) l cross join asker a
  ), upserted as (
    insert into wants as w (symbol, data, class, lane, rank, turn, owner, fresh_after, from_session, to_session, refresh_id)
    select i.symbol, i.data, i.class, i.lane, l.rank, l.base + row_number() over (partition by i.lane order by i.data <> 'quote', i.symbol),
           l.owner, i.fresh_after, i.from_session, i.to_session, l.id
    from input i join lanes l using (lane) order by i.symbol, i.data
    on conflict (symbol, data) do update set
      turn = case when excluded.rank < w.rank or w.resting then excluded.turn else least(w.turn, excluded.turn) end,
      owner = case when excluded.rank < w.rank or w.resting then excluded.owner else w.owner end,
      rank = case when w.resting then excluded.rank else least(w.rank, excluded.rank) end,
      fresh_after = greatest(w.fresh_after, excluded.fresh_after),
      from_session = least(w.from_session, excluded.from_session),
      to_session = greatest(w.to_session, excluded.to_session),
      lane = case when w.resting then excluded.lane else w.lane end,
      tried = case when w.resting then '[]' else w.tried end,
      claims = case when w.resting then 0 else w.claims end,
      batch_cap = case when w.resting then null else w.batch_cap end,
      since = case when w.resting then clock_timestamp() else w.since end,
      refresh_id = case when w.resting then excluded.refresh_id else w.refresh_id end,
      fence = w.fence + w.resting::int,
      call_id = case when w.resting then null else w.call_id end,
      resting = false
    returning w.lane, w.call_id
  )
  select lane, (count(*) filter (where call_id is null))::int as n from upserted group by lane`;

async function insertItems(client: Client, plan: PlanToCommit): Promise<void> {
  if (plan.items.length === 0) return;
  await client.query({
    name: 'insert-items',
    text: `insert into refresh_items (refresh_id, subject, data, state, reason, detail, fresh_after, next_refresh_at, settled_at)
           select $1, subject, data, state, reason, detail, fresh_after, next_refresh_at,
                  case when state <> 'waiting' then clock_timestamp() end
           from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[])
             as t(subject, data, state, reason, detail, fresh_after, next_refresh_at)`,
    values: [
      plan.refreshId,
      plan.items.map((item) => item.subject),
      plan.items.map((item) => item.data),
      plan.items.map((item) => item.state),
      plan.items.map((item) => item.reason),
      plan.items.map((item) => item.detail),
      plan.items.map((item) => item.freshAfter?.toISOString() ?? null),
      plan.items.map((item) => item.nextRefreshAt?.toISOString() ?? null),
    ],
  });
}
