import type { Pool, Queryable } from '../database/pool.ts';

export interface ClaimedRow {
  symbol: string;
  data: string;
  class: string;
  fence: number;
  claims: number;
  rank: number;
  tried: { provider: string; reason: string; detail?: string }[];
  freshAfter: Date;
  refreshId: string | null;
  from: string | null;
  to: string | null;
  batchCap: number | null;
  currency: string | null;
  calendar: string | null;
  status: string | null;
  volatility: number | null;
  storedPrice: string | null;
  storedCurrency: string | null;
  storedQuoteTime: Date | null;
  storedFetchedAt: Date | null;
  storedSource: string | null;
  storedPriceSince: Date | null;
  suspectPrice: string | null;
  suspectQuoteTime: Date | null;
  suspicion: StoredSuspicion | null;
  /** A split since the stored price. */
  split: string | null;
  /** A quote that a check keeps back until another provider has been asked. */
  held: object | null;
}

/** Why the latest quote is suspect, as recorded in its provenance. */
export interface StoredSuspicion {
  check: string;
  detail: string;
  since?: string;
  seconded?: boolean;
  told_to?: string;
}

export interface AheadRow {
  data: string;
  waiting: number;
  rank: number;
  /** Wants of other data wait in the lane as well. Not looked up, and false, if this data alone fills the batch. */
  others: boolean;
}

/**
 * What a call of this lane would claim now: the kind of data, how many wants (`batch` at most), and the rank. Null:
 * nothing.
 */
export async function peekLane(
  db: Pool,
  lane: string,
  callId: string,
  { batch, byAge }: { batch: number; byAge: boolean },
): Promise<AheadRow | null> {
  const order = orderOf(byAge);
  const { rows } = await db.query<AheadRow>({
    name: byAge ? 'peek-by-age' : 'peek-by-rank',
    text: `with own as (
             select data, min(rank) as rank, count(*)::int as waiting from wants where call_id = $2 group by data limit 1
           ), head as (
             select w.data, w.rank from wants w where w.lane = $1 and w.call_id is null order by ${order} limit 1
           ), next as (
             select 1 from wants w, head h where w.lane = $1 and w.call_id is null and w.data = h.data
             order by ${order} limit $3
           )
           select data, waiting, rank, true as others from own
           union all
           select h.data, (select count(*)::int from next), h.rank,
                  case when (select count(*) from next) >= $3 then false
                       else exists (select from wants w where w.lane = $1 and w.call_id is null and w.data <> h.data) end
           from head h where not exists (select from own)`,
    values: [lane, callId, batch],
  });
  return rows[0] ?? null;
}

/**
 * A want that was claimed this often without an outcome may be what kills the workers. It is asked for alone from then
 * on.
 */
export const CLAIMS_TOGETHER = 2;

/**
 * Claims what a call asks for, as late as possible. Its own earlier claims come first (it was interrupted, or is
 * retried); without any, the most urgent wants of the lane. This one ORDER BY is priority, fairness and packing. Own
 * claims that don't fit, because there are too many or they must be asked for alone, are released for any call to take.
 * The pool given here may commit without waiting for the disk: a claim that is lost in a crash is simply claimed again.
 * Own claims are few and cheap to sort. The `|| ''` keeps the planner from reading a whole index for their order
 * instead.
 */
export async function claimWants(
  db: Queryable,
  lane: string,
  callId: string,
  ask: {
    data: string;
    limit: number;
    byAge: boolean;
    /** Takes nothing while a more urgent refresh is accepted but not planned yet: its wants are about to come. */
    yields?: boolean;
    /** Takes nothing unless the first want of the lane is of this data and this rank. */
    onlyRank?: number;
  },
): Promise<ClaimedRow[]> {
  const { rows } = await db.query<ClaimedRow>({
    name: ask.byAge ? 'claim-by-age' : 'claim-by-rank',
    text: claimText(orderOf(ask.byAge)),
    values: [lane, callId, ask.data, ask.limit, ask.yields === true, ask.onlyRank ?? null],
  });
  return rows;
}

const orderOf = (byAge: boolean) => (byAge ? 'w.since' : 'w.rank, w.turn');

const claimText = (order: string) => `
  with own as (
    select symbol, data from wants where call_id = $2 and data = $3 order by symbol || ''
    limit (select case when max(claims) >= ${CLAIMS_TOGETHER} then 1 else $4 end from wants where call_id = $2 and data = $3) for update
  ), others as (
    update wants w set call_id = null, fence = w.fence + 1, resting = false,
      batch_cap = case when w.claims >= ${CLAIMS_TOGETHER} then 1 else w.batch_cap end
    where w.call_id = $2 and w.data = $3 and (w.symbol, w.data) not in (select symbol, data from own) and exists (select from own)
  ), head as (
    select w.batch_cap, w.rank from wants w where w.lane = $1 and w.call_id is null and w.data = $3 order by ${order} limit 1
  ), coming as materialized (
    select $5::bool and exists (
      select from refreshes r where r.status = 'queued' and r.accepted_at > clock_timestamp() - interval '1 second'
        and r.rank < (select rank from head)
        and not exists (select from refreshes t where t.identity = r.identity and t.status = 'in_progress')) as soon
  ), expected as materialized (
    select $6::int is null or exists (
      select from (select w.data, w.rank from wants w where w.lane = $1 and w.call_id is null order by w.rank, w.turn limit 1) f
      where f.data = $3 and f.rank = $6) as so
  ), next as (
    select w.symbol, w.data from wants w
    where w.lane = $1 and w.call_id is null and w.data = $3 and not exists (select from own) and not (select soon from coming)
      and (select so from expected)
      and w.batch_cap is not distinct from (select batch_cap from head)
    order by ${order}
    limit (select least($4, coalesce((select batch_cap from head), $4)))
    for update skip locked
  ), claimed as (
    update wants w set call_id = $2, fence = w.fence + 1, claims = w.claims + 1, resting = false, claimed_at = clock_timestamp()
    where w.data || '' = $3 and w.symbol = any(array(select symbol from own union all select symbol from next))
    returning w.*
  )
  select c.symbol, c.data, c.class, c.fence, c.claims, c.rank, c.tried, c.fresh_after as "freshAfter",
    c.refresh_id as "refreshId", c.from_session as "from", c.to_session as "to", c.batch_cap as "batchCap",
    a.currency, a.calendar, a.status, a.volatility, c.held,
    case when l.quality = 'good' then l.price else l.good_price end as "storedPrice",
    case when l.quality = 'good' then l.quote_time else l.good_quote_time end as "storedQuoteTime",
    l.currency as "storedCurrency", l.fetched_at as "storedFetchedAt", l.source as "storedSource",
    l.price_since as "storedPriceSince",
    case when l.quality <> 'good' then l.price end as "suspectPrice",
    case when l.quality <> 'good' then l.quote_time end as "suspectQuoteTime",
    case when l.quality <> 'good' then l.provenance -> 'suspicion' end as suspicion,
    (select b.split_ratio from daily_bars b where b.symbol = c.symbol and b.split_ratio is not null
       and b.session > coalesce(l.good_quote_time, l.quote_time)::date order by b.session desc limit 1) as split
  from claimed c left join assets a on a.symbol = c.symbol left join latest_quotes l on l.symbol = c.symbol
  order by c.symbol`;
