import { acceptUnlimited, type RefreshToAccept } from '../accept/accept.ts';
import { type Pool, type Queryable, withTx } from '../database/pool.ts';

/** A schedule as it is kept; `spec` is the calendar room's ScheduleSpec. */
export interface ScheduleRow {
  name: string;
  spec: unknown;
  enabled: boolean;
  missed: string;
  version: number;
  /**
   * Only ticks after this are due: the last recorded tick, or the moment when the times were made or changed, if that
   * is later. Null: neither is in the past.
   */
  dueSince: Date | null;
  /** The last recorded tick and what it started. */
  lastTick: Date | null;
  lastFiredAt: Date | null;
  lastRefreshId: string | null;
  /** The owner of the refresh that the tick joined, if it was a user's. */
  lastRefreshOf: string | null;
  lastOutcome: string | null;
  /** Calls per provider of the schedule's last refresh that has ended. */
  lastCalls: Record<string, number> | null;
}

/** Makes sure that every schedule has its row; a changed one keeps its change. */
export async function ensureSchedules(
  db: Queryable,
  defaults: { name: string; spec: unknown; missed: string }[],
): Promise<void> {
  await db.query(
    `insert into schedules (name, spec, missed) select * from unnest($1::text[], $2::jsonb[], $3::text[]) on conflict (name) do nothing`,
    [defaults.map((d) => d.name), defaults.map((d) => JSON.stringify(d.spec)), defaults.map((d) => d.missed)],
  );
}

/**
 * All schedules with their last tick at or before `now` (by default the database's time), by name. Later ticks and
 * changes were recorded while the clock was wrong, and it has been set back since. If they counted, a schedule would not
 * tick until the clock reaches them, for years perhaps.
 */
export async function readSchedules(db: Queryable, now?: Date): Promise<ScheduleRow[]> {
  const { rows } = await db.query<ScheduleRow>({
    name: 'read-schedules',
    text: `select s.name, s.spec, s.enabled, s.missed, s.version,
             greatest(t.tick, case when s.changed_at <= n.now then s.changed_at end) as "dueSince", t.tick as "lastTick", t.fired_at as "lastFiredAt",
             t.refresh_id as "lastRefreshId", r.user_id as "lastRefreshOf", coalesce(r.status, t.outcome) as "lastOutcome", e.provider_calls as "lastCalls"
           from (select coalesce($1::timestamptz, clock_timestamp()) as now) n cross join schedules s
           left join lateral (select * from ticks t where t.schedule = s.name and t.tick <= n.now order by tick desc limit 1) t on true
           left join refreshes r on r.id = t.refresh_id
           left join lateral (select d.provider_calls from ticks o join refreshes d on d.id = o.refresh_id
                              where o.schedule = s.name and o.tick <= n.now and o.tick > n.now - interval '1 day'
                                and d.ended_at is not null order by o.tick desc limit 1) e on true
           order by s.name`,
    values: [now ?? null],
  });
  return rows;
}

/**
 * Changes a schedule if its version is still `expected` (`*`: whichever it is); the new row's version, or null. New
 * times, or being enabled again, count from now on: what they would have been before is not missed. Another missed-tick
 * policy leaves due what was missed.
 */
export async function changeSchedule(
  db: Queryable,
  name: string,
  expected: number | '*',
  change: { spec?: unknown; enabled?: boolean; missed?: string },
): Promise<number | null> {
  const { rows } = await db.query<{ version: number }>(
    `update schedules set spec = coalesce($3::jsonb, spec), enabled = coalesce($4, enabled), missed = coalesce($5, missed),
       version = version + 1,
       changed_at = case when coalesce($3::jsonb, spec) <> spec or coalesce($4, enabled) <> enabled then now() else changed_at end
     where name = $1 and ($2::int is null or version = $2) returning version`,
    [
      name,
      expected === '*' ? null : expected,
      change.spec === undefined ? null : JSON.stringify(change.spec),
      change.enabled ?? null,
      change.missed ?? null,
    ],
  );
  return rows[0]?.version ?? null;
}

/**
 * Fires a tick: its row and the refresh that it opens are one commit, so that a tick is neither lost nor doubled,
 * whoever fires it and wherever that one dies. Null: it was fired before, or isn't due any more, because the schedule was
 * changed or the scheduler stopped since `version` was read.
 */
export function fireTick(
  pool: Pool,
  tick: { schedule: string; version: number; at: Date; refresh: RefreshToAccept | null; outcome?: string },
): Promise<{ refreshId: string | null; rank: number } | null> {
  return withTx(pool, async (client) => {
    const { rowCount } = await client.query(
      `insert into ticks (schedule, tick, outcome) select name, $2, $3 from schedules where name = $1 and version = $4
         and not exists (select from settings where name = 'scheduler_running' and value = 'false') on conflict do nothing`,
      [tick.schedule, tick.at.toISOString(), tick.outcome ?? null, tick.version],
    );
    if (rowCount === 0) return null;
    if (!tick.refresh) return { refreshId: null, rank: 0 };
    const [accepted] = await acceptUnlimited(client, [tick.refresh]);
    if (!accepted || accepted.outcome === 'limited') throw new Error(`the tick of ${tick.schedule} opened no refresh`);
    await client.query('update ticks set refresh_id = $3 where schedule = $1 and tick = $2', [
      tick.schedule,
      tick.at.toISOString(),
      accepted.id,
    ]);
    return { refreshId: accepted.id, rank: accepted.rank };
  });
}

/** Records the outcome of a tick that started no refresh. */
export async function markTick(db: Queryable, tick: { schedule: string; at: Date }, outcome: string): Promise<void> {
  await db.query('update ticks set outcome = $3 where schedule = $1 and tick = $2', [
    tick.schedule,
    tick.at.toISOString(),
    outcome,
  ]);
}

/** A setting that outlives restarts, such as whether the scheduler runs. */
export async function readSetting<T>(db: Queryable, name: string, otherwise: T): Promise<T> {
  const { rows } = await db.query<{ value: T }>({
    name: 'read-setting',
    text: 'select value from settings where name = $1',
    values: [name],
  });
  return rows[0] ? rows[0].value : otherwise;
}

/** Writes a setting for all processes, over an earlier value. */
export async function writeSetting(db: Queryable, name: string, value: unknown): Promise<void> {
  await db.query(
    `insert into settings (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value, changed_at = now()`,
    [name, JSON.stringify(value)],
  );
}

/** When a setting was last written; null: never. */
export async function settingChangedAt(db: Queryable, name: string): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date }>('select changed_at as at from settings where name = $1', [name]);
  return rows[0]?.at ?? null;
}
