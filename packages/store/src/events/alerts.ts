import { writeEvents } from './announce.ts';
import { type Client, type Pool, type Queryable, withTx } from '../database/pool.ts';

/** Something that an operator has to know for as long as it lasts. */
export interface DueAlert {
  name: string;
  /** What it is about (a class, a provider), if several alerts of this name may be open at once. */
  subject: string;
  severity: 'warning' | 'critical';
  /** For people; may change while it is open. */
  detail: string;
  /** Also sent as `provider.limit_warning`, with these facts. */
  limit?: object;
}

export interface Judged {
  /**
   * The names that could be judged. Open alerts of these names that are no longer due are closed; other alerts stay
   * open.
   */
  names: string[];
  due: DueAlert[];
}

const ALERTS_LOCK = 7_305_015;

/**
 * Opens, updates and closes alerts so that exactly those that are due are open, and announces each opening and each end
 * in the same transaction. A lock lets one scheduler at a time do this, so each is announced once. Null: another one is
 * at it.
 */
export function updateAlerts(
  pool: Pool,
  judge: (client: Client, open: { name: string; subject: string }[]) => Promise<Judged>,
): Promise<{ raised: number; resolved: number } | null> {
  return withTx(pool, async (client) => {
    const { rows: locks } = await client.query<{ held: boolean }>('select pg_try_advisory_xact_lock($1) as held', [
      ALERTS_LOCK,
    ]);
    if (!locks[0]?.held) return null;
    const { rows: open } = await client.query<{ name: string; subject: string }>(
      'select name, subject from alerts where resolved_at is null',
    );
    const { names, due } = await judge(client, open);
    const changed = await settle(client, names, due);
    await announce(client, changed, due);
    const resolved = changed.filter(({ resolved_at }) => resolved_at !== null).length;
    return { raised: changed.length - resolved, resolved };
  });
}

/** An alert as the API and the events show it. */
interface Told {
  alert_id: string;
  name: string;
  subject: string;
  severity: string;
  detail: string;
  created_at: Date;
  resolved_at: Date | null;
}

const TOLD = 'id::text as alert_id, name, subject, severity, detail, created_at, resolved_at';

async function settle(client: Client, names: string[], due: DueAlert[]): Promise<Told[]> {
  const { rows } = await client.query<Told>(
    `with due as (
       select * from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as t(name, subject, severity, detail)
     ), updated as (
       update alerts a set severity = d.severity, detail = d.detail from due d
       where a.resolved_at is null and (a.name, a.subject) = (d.name, d.subject)
         and (a.severity, a.detail) is distinct from (d.severity, d.detail)
     ), raised as (
       insert into alerts (name, subject, severity, detail) select name, subject, severity, detail from due
       on conflict (name, subject) where resolved_at is null do nothing returning ${TOLD}
     ), resolved as (
       update alerts a set resolved_at = now()
       where resolved_at is null and name = any($1) and (name, subject) not in (select name, subject from due) returning ${TOLD}
     )
     select * from raised union all select * from resolved`,
    [names, due.map((d) => d.name), due.map((d) => d.subject), due.map((d) => d.severity), due.map((d) => d.detail)],
  );
  return rows;
}

/** Writes an event, for clients that listen, and a delivery for every endpoint that subscribes to it. */
async function announce(client: Client, changed: Told[], due: DueAlert[]): Promise<void> {
  if (changed.length === 0) return;
  await writeEvents(client, [{ type: 'alert', userId: null, items: changed }]);
  const messages = changed.flatMap((alert) => {
    const event = alert.resolved_at ? 'alert.resolved' : 'alert.raised';
    const own = { event, id: `${event}.${alert.alert_id}`, payload: alert as object };
    const limit = due.find(({ name, subject }) => name === alert.name && subject === alert.subject)?.limit;
    const warning = { event: 'provider.limit_warning', id: `provider.limit_warning.${alert.alert_id}` };
    return limit && !alert.resolved_at ? [own, { ...warning, payload: limit }] : [own];
  });
  await client.query(
    `insert into webhook_deliveries (id, endpoint_id, event, message_id, payload)
     select 'dlv_' || replace(gen_random_uuid()::text, '-', ''), w.id, t.event, t.id, t.payload
     from unnest($1::text[], $2::text[], $3::jsonb[]) as t(event, id, payload)
     join webhook_endpoints w on w.enabled
       and (t.event = any(w.events) or t.event like 'alert.%' and 'alert.*' = any(w.events))
     on conflict (endpoint_id, message_id) do nothing`,
    [
      messages.map(({ event }) => event),
      messages.map(({ id }) => id),
      messages.map(({ payload }) => JSON.stringify(payload)),
    ],
  );
}

/** The facts in the database that alerts are judged by, apart from the providers' status. */
export interface Condition {
  /** When it was read, by the database's clock. */
  now: Date;
  /**
   * Watched symbols by class and exchange, with the time since the oldest of their prices was fetched. The delay that a
   * provider declares is no fault and isn't counted.
   */
  watched: { class: string; calendar: string; oldestS: number; symbols: number }[];
  /**
   * The age of the oldest event that waits for the relay, and of the oldest cache invalidation; 0 when none waits.
   */
  oldestEventS: number;
  oldestInvalidationS: number;
  /** Changes within the last ten minutes, and changes that were refused because of a newer version. */
  changes: number;
  conflicts: number;
}

export async function readCondition(db: Queryable): Promise<Condition> {
  const { rows } = await db.query<Condition>({
    name: 'read-condition',
    text: `select clock_timestamp() as now,
       (select coalesce(jsonb_agg(t), '[]') from (
          select a.class, a.calendar, count(*)::int as symbols,
            extract(epoch from clock_timestamp() - min(q.fetched_at))::float8 as "oldestS"
          from (select distinct symbol from watchlist_items) w join assets a using (symbol) join latest_quotes q using (symbol)
          where a.status = 'active' group by 1, 2) t) as watched,
       (select coalesce(extract(epoch from clock_timestamp() - min(at)), 0)::float8 from events where number is null) as "oldestEventS",
       (select coalesce(extract(epoch from clock_timestamp() - min(at)), 0)::float8 from events
          where number is null and type = 'cache_invalidation') as "oldestInvalidationS",
       (select count(*)::int from audit_log where at > now() - interval '10 minutes' and action <> $1) as changes,
       (select count(*)::int from audit_log where at > now() - interval '10 minutes' and action = $1) as conflicts`,
    values: [CONFLICT],
  });
  return rows[0] as Condition;
}

/** The audit entry of a change that was refused because another one came first. */
export const CONFLICT = 'version_conflict';
