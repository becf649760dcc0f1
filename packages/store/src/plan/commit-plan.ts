import { addAssets, type NewAsset } from '../prices/assets-write.ts';
import type { EventToWrite } from '../events/announce.ts';
import { textArray } from '../database/binary-array.ts';
import { type ClaimedRow, claimWants } from '../call/claim.ts';
import { conclude, type Landed } from '../call/conclude.ts';
import { noteStale } from '../call/note-stale.ts';
import { type Client, type Pool, withTx } from '../database/pool.ts';
import { REFRESH_COLUMNS } from '../refreshes/refresh-columns.ts';
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
  /**
   * Read a slice at a time, so that they can be made as they are written: a hundred thousand at once take 10 MB. For
   * few, an array will do.
   */
  items: Sliced<PlannedItem>;
  calculates: boolean;
  nextRefreshAt: Date | null;
  /** The work that is left: better known now than when the refresh was accepted. */
  estimate?: Estimate | null;
  newAssets: NewAsset[];
}

/** The claim of the first call, which is made along with the plan. */
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
 * Commits a plan: starts the refresh, writes its items and upserts its wants. A want that exists already is joined: it
 * takes the better rank and the stricter freshness, and its outcome settles the items of all who joined it. Null: the
 * refresh is not queued any more, so it isn't ours to plan. The commit doesn't wait for the disk: if a crash of the
 * database loses it, the refresh is still queued and is planned again.
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
      // A small plan sends all its statements at once; if the refresh turns out not to be ours, the transaction rolls
      // back. Wants are written last: calls skip locked rows, and writing the items of a very large refresh takes
      // seconds.
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

/** Sent together with the commit. The id of the refresh serves as the id of the call. */
const claimFirst = (client: Client, refreshId: string, { lane, ...ask }: FirstClaim): Promise<ClaimedRow[]> =>
  claimWants(client, lane, refreshId, { ...ask, byAge: false, yields: true });

/**
 * Returns how many of the wants wait in each lane. Adds to `stale` the cache events of prices that no provider can be
 * asked for.
 */
async function write(client: Client, plan: PlanToCommit, stale: EventToWrite[]): Promise<Record<string, number>> {
  const first = Promise.all([addAssets(client, plan.newAssets), insertItems(client, plan)]);
  if (plan.items.length > ROWS_AT_ONCE) await first;
  const waiting = upsertWants(client, plan.wants, { id: plan.refreshId });
  waiting.catch(() => {});
  // The first statement to fail has the reason; those sent behind it only report an aborted transaction.
  await first;
  const lanes = await waiting;
  // Landings lock wants before quotes too.
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
       next_refresh_at = $10, estimate = coalesce($11::jsonb, r.estimate), seq = r.seq + 1, changed_at = clock_timestamp()
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
