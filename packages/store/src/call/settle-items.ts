import { isFinal, type RefreshRecord } from '@freshet/contracts';
import { jsonbArray, textArray } from '../database/binary-array.ts';
import { type Ended, type EndedRow, endedOf, HEARD } from '../refreshes/end.ts';
import type { Client } from '../database/pool.ts';
import { REFRESH_COLUMNS } from '../refreshes/refresh-columns.ts';

/** How the waiting items of one symbol end. */
export interface ItemEnd {
  subject: string;
  data: string;
  state: 'updated' | 'skipped' | 'failed';
  reason: string | null;
  detail: string | null;
  chain: object[] | null;
  source: string | null;
  nextRefreshAt: Date | null;
  /** When the answer came. Items that want something fresher keep waiting. Null: all of them end. */
  answeredAt: Date | null;
  /** The position of its call in `Calls.made`, from 1. */
  call: number;
}

/** The calls to a provider that are settled together. */
export interface Calls {
  provider: string;
  /** How many requests went out for each call. */
  made: number[];
  /** Items that a call was made for, but that it did not settle. */
  touched: { subject: string; data: string; call: number }[];
}

export interface Settled {
  /** These refreshes as they are now. Those without open items are still to be ended, or to be calculated. */
  running: RefreshRecord[];
  /**
   * Refreshes that ended here: all items updated, nothing to calculate. Which one is next is still to be read: see
   * `whoIsNext`.
   */
  ended: Ended[];
}

/**
 * This settles the last open items of refresh `r`, all of its items were updated, and nothing is to be calculated: it
 * ends as a success.
 */
const ENDS = `(r.open - coalesce(t.n, 0) = 0 and not r.calculates and r.failed + coalesce(t.failed, 0) = 0
      and s.counts is null and r.skipped = '{}')`;

/**
 * Settles the waiting items of these symbols, in every refresh, once. The same statement adds what it settled to the
 * counts in the refreshes' rows: that is exact and linear, while counting all items again at each of thousands of
 * landings would be quadratic. The rows of the refreshes are locked before their items, as by every writer: a landing
 * that meets a cancel waits for it instead of deadlocking. The planner's statistics say that few items wait, so it
 * would read all of them. Therefore each end looks up its own items (`offset 0`), and they are updated by their place,
 * with a state that the index of waiting items doesn't match (`|| ''`): 11 ms instead of 188 for a landing of 500; 0.5
 * ms instead of 1.3 for a single symbol while a thousand others wait. The place is safe to use, because a waiting item
 * is changed by nothing but its end. A refresh in which nothing failed and nothing was skipped ends in this statement;
 * any other end is worked out by `endRows`.
 */
export async function settleItems(client: Client, ends: ItemEnd[], calls: Calls): Promise<Settled> {
  if (ends.length === 0 && calls.made.every((made) => made === 0)) return { running: [], ended: [] };
  const { rows } = await client.query<EndedRow>({
    name: 'settle-items',
    text: SETTLE,
    values: [
      textArray(ends.map((end) => end.subject)),
      textArray(ends.map((end) => end.data)),
      textArray(ends.map((end) => end.state)),
      textArray(ends.map((end) => end.reason)),
      textArray(ends.map((end) => end.detail)),
      jsonbArray(ends.map((end) => (end.chain ? JSON.stringify(end.chain) : null))),
      textArray(ends.map((end) => end.source)),
      ends.map((end) => end.nextRefreshAt?.toISOString() ?? null),
      ends.map((end) => end.answeredAt?.toISOString() ?? null),
      calls.provider,
      calls.made,
      calls.touched.map((item) => item.subject),
      calls.touched.map((item) => item.data),
      calls.touched.map((item) => item.call),
      ends.map((end) => end.call),
    ],
  });
  const { running = [], ended = [] } = Object.groupBy(rows.map(endedOf), ({ record }) =>
    isFinal(record.status) ? 'ended' : 'running',
  );
  return { running: running.map(({ record }) => record), ended };
}

/**
 * What is served for the symbol of item `i` while it can't be refreshed: the last price. Its age is worked out when it
 * is read.
 */
export const SERVED_INSTEAD = `(select jsonb_build_object('source', l.source, 'fetched_at', l.fetched_at, 'delay_s', l.delay_s)
         from latest_quotes l where l.symbol = i.subject)`;

const SETTLE = `
  with ends as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::text[],
      $8::timestamptz[], $9::timestamptz[], $15::int[])
      as t(subject, data, state, reason, detail, chain, source, next_refresh_at, answered_at, call)
  ), touched as (
    select distinct i.refresh_id, t.call
    from unnest($12::text[], $13::text[], $14::int[]) as t(subject, data, call) cross join lateral (
      select w.refresh_id from refresh_items w
      where w.subject = t.subject and w.data = t.data and w.state = 'waiting' offset 0) i
  ), asked as materialized (
    select i.refresh_id, i.place, e.* from ends e cross join lateral (
      select w.refresh_id, w.ctid as place from refresh_items w
      where w.subject = e.subject and w.data = e.data and w.state = 'waiting' offset 0) i
  ), mine as materialized (
    select id from refreshes
    where status = 'in_progress' and id in (select refresh_id from asked union select refresh_id from touched)
    order by id for update
  ), settled as (
    update refresh_items i set
      state = e.state, reason = e.reason, detail = e.detail, chain = e.chain, source = e.source,
      next_refresh_at = e.next_refresh_at, settled_at = clock_timestamp(),
      served = case when e.state = 'failed' and e.data = 'quote' then
        ${SERVED_INSTEAD} end
    from asked e join mine m on m.id = e.refresh_id
    where i.ctid = e.place and i.state || '' = 'waiting'
      and (e.answered_at is null or i.fresh_after <= e.answered_at)
    returning i.refresh_id, i.state, i.reason, i.data, i.next_refresh_at, e.call
  ), tally as (
    select refresh_id, count(*)::int as n,
           (count(*) filter (where state = 'updated' and data = 'quote'))::int as prices,
           (count(*) filter (where state = 'failed'))::int as failed,
           min(next_refresh_at) as next_refresh_at
    from settled group by refresh_id
  ), used as (
    select refresh_id, sum(($11::int[])[call])::int as calls
    from (select refresh_id, call from settled union select refresh_id, call from touched) u group by refresh_id
  ), skips as (
    select refresh_id, jsonb_object_agg(reason, n) as counts
    from (select refresh_id, reason, count(*)::int as n from settled where state = 'skipped' group by 1, 2) s group by 1
  )
  update refreshes r set
    open = r.open - coalesce(t.n, 0), done = r.done + coalesce(t.n, 0), failed = r.failed + coalesce(t.failed, 0),
    prices = r.prices + coalesce(t.prices, 0),
    skipped = case when s.counts is null then r.skipped else r.skipped || (
      select jsonb_object_agg(key, value::int + coalesce((r.skipped ->> key)::int, 0)) from jsonb_each_text(s.counts)) end,
    provider_calls = case when u.calls = 0 then r.provider_calls
      else r.provider_calls || jsonb_build_object($10::text, coalesce((r.provider_calls ->> $10)::int, 0) + u.calls) end,
    next_refresh_at = least(r.next_refresh_at, t.next_refresh_at),
    step = case when ${ENDS} then 'ended' when r.open - coalesce(t.n, 0) = 0 and r.calculates then 'calculating' else r.step end,
    status = case when ${ENDS} then 'success' else r.status end,
    calculated = case when ${ENDS} then 1 else r.calculated end,
    landing_since = case when t.refresh_id is null then r.landing_since else coalesce(r.landing_since, clock_timestamp()) end,
    ended_at = case when ${ENDS} then clock_timestamp() end,
    seq = r.seq + 1, changed_at = clock_timestamp()
  from mine m join used u on u.refresh_id = m.id left join tally t on t.refresh_id = m.id left join skips s on s.refresh_id = m.id
  where r.id = m.id
  returning ${REFRESH_COLUMNS}, null as next, ${HEARD}`;
