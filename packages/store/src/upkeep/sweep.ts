import { type Landed, landedOf, nothingLanded } from '../call/conclude.ts';
import { endRefreshes } from '../refreshes/end.ts';
import { CLAIMS_TOGETHER } from '../call/claim.ts';
import { type Pool, withTx } from '../database/pool.ts';
import { SERVED_INSTEAD } from '../call/settle-items.ts';

const CHUNK = 1_000;

/** What ringing a refresh takes. */
export interface RefreshToRing {
  id: string;
  rank: number;
  traceparent: string | null;
}

/** Queued refreshes that should have a job: those that were never rung, and those last rung more than `olderMs` ago. */
export async function refreshesToRing(pool: Pool, olderMs: number): Promise<(RefreshToRing & { rung: boolean })[]> {
  const { rows } = await pool.query<RefreshToRing & { rung: boolean }>(
    `select id, rank, traceparent, rung_at is not null as rung from refreshes r
     where status = 'queued' and (rung_at is null or rung_at < clock_timestamp() - make_interval(secs => $1))
       and accepted_at < clock_timestamp() - interval '1 second'
       and not exists (select from refreshes t where t.identity = r.identity and t.status = 'in_progress')
     order by rank, accepted_at limit ${CHUNK}`,
    [olderMs / 1_000],
  );
  return rows;
}

/**
 * Records that these have a job in Redis now. Rows are locked in the order in which accepts lock those that they join:
 * in another order the two deadlock (one in 24 did, of 18,000 accepts that joined 150 refreshes). Rows that somebody
 * else has locked at this moment are left out: the sweeper will ring them again and find that they have a job.
 */
export async function markRung(pool: Pool, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await pool.query({
    name: 'mark-rung',
    text: `update refreshes set rung_at = clock_timestamp() where id in (
             select id from refreshes where id = any($1) and status = 'queued' order by identity for update skip locked)`,
    values: [ids],
  });
}

/** Refreshes whose fetching is over and that nothing has changed for `olderMs`: perhaps nobody is calculating them. */
export async function refreshesToFollow(pool: Pool, olderMs: number): Promise<RefreshToRing[]> {
  const { rows } = await pool.query<RefreshToRing>(
    `select id, rank, traceparent from refreshes where status = 'in_progress' and open = 0 and calculates
       and changed_at < clock_timestamp() - make_interval(secs => $1) order by rank, accepted_at limit ${CHUNK}`,
    [olderMs / 1_000],
  );
  return rows;
}

/** Lanes with wants that wait, how many, and the best rank among them. */
export async function waitingLanes(pool: Pool): Promise<{ lane: string; waiting: number; rank: number }[]> {
  const { rows } = await pool.query<{ lane: string; waiting: number; rank: number }>(
    'select lane, count(*)::int as waiting, min(rank) as rank from wants where call_id is null group by lane',
  );
  return rows;
}

/** Calls that have held claims for longer than `olderMs`: their jobs may be dead. */
export async function longClaims(pool: Pool, olderMs: number): Promise<{ lane: string; callId: string }[]> {
  const { rows } = await pool.query<{ lane: string; callId: string }>(
    `select distinct lane, call_id as "callId" from wants
     where call_id is not null and not resting and claimed_at < clock_timestamp() - make_interval(secs => $1) limit ${CHUNK}`,
    [olderMs / 1_000],
  );
  return rows;
}

/**
 * Frees the wants of dead calls. A want with two claims that had no outcome is asked for alone the third time. A plan
 * may join the same rows in another order, so this runs in a transaction that is retried after a deadlock.
 */
export async function freeClaims(pool: Pool, callIds: string[]): Promise<number> {
  if (callIds.length === 0) return 0;
  const { rowCount } = await withTx(pool, (client) =>
    client.query(
      `update wants set call_id = null, fence = fence + 1, batch_cap = case when claims >= ${CLAIMS_TOGETHER} then 1 else batch_cap end
     where call_id = any($1) and not resting`,
      [callIds],
    ),
  );
  return rowCount ?? 0;
}

/** Those of these lanes that have wants, waiting or claimed. Resting wants don't count. */
export async function lanesWithWants(pool: Pool, lanes: string[]): Promise<string[]> {
  const { rows } = await pool.query<{ lane: string }>(
    'select lane from unnest($1::text[]) as t(lane) where exists (select from wants w where w.lane = t.lane and not w.resting)',
    [lanes],
  );
  return rows.map(({ lane }) => lane);
}

/**
 * Frees what calls have held for longer than `olderMs` in a lane that no worker serves, so that their jobs never end.
 * Returns how many.
 */
export async function freeLane(pool: Pool, lane: string, olderMs: number): Promise<number> {
  const { rowCount } = await withTx(pool, (client) =>
    client.query(
      `update wants set call_id = null, fence = fence + 1 where lane = $1 and call_id is not null and not resting
       and claimed_at < clock_timestamp() - make_interval(secs => $2)`,
      [lane, olderMs / 1_000],
    ),
  );
  return rowCount ?? 0;
}

/** Ends refreshes that are past their deadline, with their open items. */
export function endOverdue(pool: Pool): Promise<Landed> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `select id from refreshes where status in ('queued','in_progress') and deadline_at < clock_timestamp()
       order by id limit ${CHUNK} for update skip locked`,
    );
    const ids = rows.map((row) => row.id);
    if (ids.length === 0) return nothingLanded();
    await settleOpenItems(client, ids, {
      state: 'failed',
      reason: 'timed_out',
      detail: 'the deadline passed before anyone could serve it',
    });
    const ended = await endRefreshes(client, ids, {
      status: 'timed_out',
      reason: 'its deadline passed; ask again with a longer deadline_s, or see what held it up in its items',
    });
    return landedOf(ended);
  });
}

/**
 * Settles and counts what still waits in refreshes that end early. A failed item says who was asked and what is served
 * instead.
 */
export async function settleOpenItems(
  client: Pick<Pool, 'query'>,
  refreshIds: string[],
  as: { state: 'failed' | 'skipped'; reason: string; detail: string },
): Promise<void> {
  await client.query(
    `with settled as (
       update refresh_items i set state = $2, reason = $3, detail = $4, settled_at = clock_timestamp(),
         chain = case when $2 = 'failed' then (select tried from wants w where w.symbol = i.subject and w.data = i.data) end,
         served = case when $2 = 'failed' and i.data = 'quote' then ${SERVED_INSTEAD} end
       where i.refresh_id = any($1) and i.state = 'waiting' returning i.refresh_id
     ), tally as (select refresh_id, count(*)::int as n from settled group by 1)
     update refreshes r set open = 0, done = r.done + t.n,
       failed = r.failed + case when $2 = 'failed' then t.n else 0 end,
       skipped = case when $2 = 'skipped' then r.skipped || jsonb_build_object($3::text, coalesce((r.skipped ->> $3)::int, 0) + t.n)
                      else r.skipped end
     from tally t where r.id = t.refresh_id`,
    [refreshIds, as.state, as.reason, as.detail],
  );
}

/**
 * Deliveries of one user that are in the queue at once. Receivers that don't answer hold up their owner's deliveries,
 * not everybody's.
 */
const OF_USER = 50;

/**
 * Webhook deliveries whose next attempt is due. A user's endpoints take turns, each with its oldest delivery first. The
 * deliveries of an endpoint that is switched off wait until it is on again.
 */
export async function waitingDeliveries(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from (
       select id, row_number() over (partition by user_id order by of_endpoint, next_attempt_at) as place from (
         select d.id, d.next_attempt_at, e.user_id, row_number() over (partition by d.endpoint_id order by d.next_attempt_at) as of_endpoint
         from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
         where d.state = 'pending' and d.next_attempt_at <= now() and e.enabled) by_endpoint) due
     where place <= ${OF_USER} order by place limit ${CHUNK}`,
  );
  return rows.map((row) => row.id);
}
