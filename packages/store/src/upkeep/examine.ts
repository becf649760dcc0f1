import type { Queryable } from '../database/pool.ts';

/** The state of the record at one moment, for somebody who looks for trouble. */
export interface Examination {
  /** Open refreshes whose deadline passed more than half a minute ago: the sweeper should have ended them. */
  overdue: number;
  /** Queued refreshes that nobody rang for half a minute. */
  unrung: number;
  /** Events that no relay has numbered, and the age of the oldest. */
  unpublished: { count: number; oldestS: number };
  /** Which processes hold connections to the database. Behind a connection pooler that renames them, none seems to. */
  connected: { api: boolean; worker: boolean; scheduler: boolean };
  /** Days from today on for which the series has a partition. */
  daysAhead: number;
}

/** Reads what `freshet doctor` looks at in the database, in one statement. */
export async function examine(db: Queryable): Promise<Examination> {
  const { rows } = await db.query<{
    overdue: number;
    unrung: number;
    events: number;
    eventsS: number;
    api: boolean;
    worker: boolean;
    scheduler: boolean;
    daysAhead: number;
  }>(
    `select
       (select count(*) from refreshes where status in ('queued','in_progress')
          and deadline_at < clock_timestamp() - interval '30 seconds') as overdue,
       (select count(*) from refreshes r where status = 'queued' and rung_at is null
          and accepted_at < clock_timestamp() - interval '30 seconds') as unrung,
       (select count(*) from events where number is null) as events,
       (select coalesce(extract(epoch from clock_timestamp() - min(at)), 0)::float8 from events where number is null) as "eventsS",
       exists (select from pg_stat_activity where datname = current_database() and application_name = 'freshet-api') as api,
       exists (select from pg_stat_activity where datname = current_database() and application_name = 'freshet-worker') as worker,
       exists (select from pg_stat_activity where datname = current_database()
         and application_name in ('freshet-scheduler', 'freshet-relay')) as scheduler,
       (select count(*) from pg_inherits i join pg_class c on c.oid = i.inhrelid
          where i.inhparent = 'financial_time_series'::regclass
            and c.relname >= 'financial_time_series_' || to_char(now() at time zone 'UTC', 'YYYY_MM_DD')) as "daysAhead"`,
  );
  const row = rows[0];
  if (!row) throw new Error('the database answered nothing');
  return {
    overdue: row.overdue,
    unrung: row.unrung,
    unpublished: { count: row.events, oldestS: row.eventsS },
    connected: { api: row.api, worker: row.worker, scheduler: row.scheduler },
    daysAhead: row.daysAhead,
  };
}
