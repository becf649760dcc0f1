import type { Queryable } from '../database/pool.ts';

/** How much there is to do, as operators' gauges show it. */
export interface Backlog {
  queued: number;
  inProgress: number;
  /**
   * How long the oldest queued refresh has waited for a worker; 0 when none waits. A refresh that stands behind an
   * equal one that runs is left out: it waits for the end of that, which mostly depends on quota.
   */
  oldestQueuedS: number;
  /** Symbols that wait for a call or are in one. */
  wants: number;
  events: number;
  deliveries: number;
}

export async function readBacklog(db: Queryable): Promise<Backlog> {
  const { rows } = await db.query<Backlog>({
    name: 'read-backlog',
    text: `select
       (select count(*) from refreshes where status = 'queued') as queued,
       (select count(*) from refreshes where status = 'in_progress') as "inProgress",
       (select coalesce(extract(epoch from clock_timestamp() - min(accepted_at)), 0)::float8 from refreshes q
          where status = 'queued' and not exists (
            select from refreshes r where r.identity = q.identity and r.status = 'in_progress')) as "oldestQueuedS",
       (select count(*) from wants where not resting) as wants,
       (select count(*) from events where number is null) as events,
       (select count(*) from webhook_deliveries where state = 'pending') as deliveries`,
  });
  return rows[0] ?? { queued: 0, inProgress: 0, oldestQueuedS: 0, wants: 0, events: 0, deliveries: 0 };
}

/** An active symbol, and how old its latest price is. */
export interface AgedPrice {
  class: string;
  calendar: string;
  /** On somebody's watchlist: kept fresh by the minute while its market is open. */
  watched: boolean;
  quoteTime: Date;
  fetchedAt: Date;
  delayS: number;
}

export async function agedPrices(db: Queryable): Promise<AgedPrice[]> {
  const { rows } = await db.query<AgedPrice>({
    name: 'aged-prices',
    text: `select a.class, a.calendar, w.symbol is not null as watched, q.quote_time as "quoteTime",
             q.fetched_at as "fetchedAt", q.delay_s as "delayS"
           from assets a join latest_quotes q using (symbol)
           left join (select distinct symbol from watchlist_items) w using (symbol) where a.status = 'active'`,
  });
  return rows;
}
