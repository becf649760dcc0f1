import { addAssets, type NewAsset } from './assets-write.ts';
import type { EventToWrite } from './announce.ts';
import { textArray } from './binary-array.ts';
import { type ClaimedRow, claimWants } from './claim.ts';
import { conclude, type Landed } from './conclude.ts';
import { noteStale } from './note-stale.ts';
import { type Client, type Pool, withTx } from './pool.ts';
import { REFRESH_COLUMNS } from './refresh-columns.ts';
import type { Estimate, RefreshRecord } from '@freshet/contracts';
import { type PlannedWant, ROWS_AT_ONCE, upsertWants } from './upsert-wants.ts';

export interface PlannedItem {
  subject: string;
  data: string;
  state: 'waiting' | 'skipped' | 'failed';
  reason: string | null;
  detail: string | null;
  freshAfter: Date | null;
  nextRefreshAt: Date | null;
}

export type Sliced<T> = Pick<readonly T[], 'length' | 'slice'>;

export interface PlanToCommit {
  refreshId: string;
  elapsedMs: number;
  wants: PlannedWant[];
  /** Made when they are written, a slice at a time: a hundred thousand at once are 10 MB. An array will do where they are few. */
  items: Sliced<PlannedItem>;
  calculates: boolean;
  nextRefreshAt: Date | null;
  /** What is left to do, better known than when it was asked for. */
  estimate?: Estimate | null;
  newAssets: NewAsset[];
}

/** What the plan's first call takes of its lane. */
export interface FirstClaim {
  lane: string;
  data: string;
  limit: number;
}

export interface CommittedPlan extends Landed {
  waiting: Record<string, number>;
  open: number;
  claims: ClaimedRow[];
}

/**
 * Commits a plan: the refresh begins, its items are written, its wants are upserted. A want that is there already is
 * joined: it gets the better rank and the stricter freshness, and its outcome settles all. Null: not ours to plan.
 * Not durable by itself: a plan that a crash of the database loses leaves the refresh queued, to be planned again.
 */
export async function commitPlan(
  pool: Pool,
  plan: PlanToCommit,
  first: () => Promise<FirstClaim | null> = () => Promise.resolve(null),
): Promise<CommittedPlan | null> {
  let claims: ClaimedRow[] = [];
  const committed = await withTx(
    pool,
    async (client, atEnd) => {
      claims = [];
      // What is small goes out together; what was written for a refresh that isn't ours to plan is undone. The wants come last: calls
      // pass by those that are locked, and the items of everything that is known take seconds to write.
      const begun = begin(client, plan);
      if (plan.items.length > ROWS_AT_ONCE && !(await begun)) throw new NotOurs();
      const stale: EventToWrite[] = [];
      const written = write(client, plan, stale);
      written.catch(() => {});
      const record = await begun;
      if (!record) throw new NotOurs();
      const waiting = await written;
      const claim = await first();
      if (claim) atEnd(claimFirst(client, plan.refreshId, claim).then((rows) => void (claims = rows)));
      return {
        ...(await conclude(client, { running: [record], ended: [] }, atEnd, stale)),
        waiting,
        open: record.open,
      };
    },
    { durable: false },
  ).catch((error: unknown) => {
    if (error instanceof NotOurs) return null;
    throw error;
  });
  return committed && { ...committed, claims };
}

class NotOurs extends Error {}

/** Along with the commit, under the name of the refresh. */
const claimFirst = (client: Client, refreshId: string, { lane, ...ask }: FirstClaim): Promise<ClaimedRow[]> =>
  claimWants(client, lane, refreshId, { ...ask, byAge: false, yields: true });

/** Answers how many of the wants wait in each lane; into `stale` goes what caches are to hear of prices that nobody can be asked for. */
async function write(client: Client, plan: PlanToCommit, stale: EventToWrite[]): Promise<Record<string, number>> {
  const first = Promise.all([addAssets(client, plan.newAssets), insertItems(client, plan)]);
  if (plan.items.length > ROWS_AT_ONCE) await first;
  const waiting = upsertWants(client, plan.wants, { id: plan.refreshId });
  waiting.catch(() => {});
  // Whatever fails first says why; what was sent after it only hears that the transaction is over.
  await first;
  const lanes = await waiting;
  // Wants before quotes, as landings have it.
  await noteUnasked(client, plan, stale);
  return lanes;
}

async function noteUnasked(client: Client, { items, refreshId }: PlanToCommit, stale: EventToWrite[]): Promise<void> {
  for (let i = 0; i < items.length; i += ROWS_AT_ONCE) {
    const failed = items.slice(i, i + ROWS_AT_ONCE).filter(({ state }) => state === 'failed');
    if (failed.length > 0) stale.push(...(await noteStale(client, failed, refreshId)));
  }
}

async function begin(client: Client, plan: PlanToCommit): Promise<RefreshRecord | null> {
  const { settled, failed, skipped, fetches } = countsOf(plan.items);
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
      settled,
      failed,
      skipped,
      plan.calculates,
      plan.nextRefreshAt?.toISOString() ?? null,
      plan.estimate ? JSON.stringify(plan.estimate) : null,
    ],
  });
  return rows[0] ?? null;
}

function countsOf(items: Sliced<PlannedItem>) {
  const skipped: Record<string, number> = {};
  const counts = { settled: 0, failed: 0, fetches: 0, skipped };
  for (let i = 0; i < items.length; i += ROWS_AT_ONCE)
    for (const { state, reason, data } of items.slice(i, i + ROWS_AT_ONCE)) {
      if (state !== 'waiting') counts.settled += 1;
      if (state === 'failed') counts.failed += 1;
      if (state === 'skipped' && reason) skipped[reason] = (skipped[reason] ?? 0) + 1;
      if (data !== 'portfolio' && data !== 'strategy') counts.fetches += 1;
    }
  return counts;
}

async function insertItems(client: Client, { refreshId, items }: PlanToCommit): Promise<void> {
  for (let i = 0; i < items.length; i += ROWS_AT_ONCE) {
    const part = items.slice(i, i + ROWS_AT_ONCE);
    await client.query({
      name: 'insert-items',
      text: `insert into refresh_items (refresh_id, subject, data, state, reason, detail, fresh_after, next_refresh_at, settled_at)
             select $1, subject, data, state, reason, detail, fresh_after, next_refresh_at,
                    case when state <> 'waiting' then clock_timestamp() end
             from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[])
               as t(subject, data, state, reason, detail, fresh_after, next_refresh_at)`,
      values: [
        refreshId,
        textArray(part.map((item) => item.subject)),
        textArray(part.map((item) => item.data)),
        textArray(part.map((item) => item.state)),
        textArray(part.map((item) => item.reason)),
        textArray(part.map((item) => item.detail)),
        part.map((item) => item.freshAfter?.toISOString() ?? null),
        part.map((item) => item.nextRefreshAt?.toISOString() ?? null),
      ],
    });
  }
}
