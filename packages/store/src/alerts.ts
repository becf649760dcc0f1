import { writeEvents } from './announce.ts';
import { type Client, type Pool, type Queryable, withTx } from './pool.ts';

/** Something that an operator has to know, for as long as it is so. */
export interface DueAlert {
  name: string;
  /** What it is about, where there may be several at once: a class, a provider. */
  subject: string;
  severity: 'warning' | 'critical';
  /** For people; may change while it is open. */
  detail: string;
  /** Told to `provider.limit_warning` as well, with these facts. */
  limit?: object;
}

export interface Judged {
  /** Names that could be judged: an open alert of these that is no longer due is over. Others stay as they are. */
  names: string[];
  due: DueAlert[];
}

const ALERTS_LOCK = 7_305_015;

/**
 * Opens, updates and closes alerts so that those are open that are due, and tells of each opening and each end in the
 * same transaction: once, however many schedulers look, for only one of them looks at a time. Null: another one is
 * looking.
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

/** An alert as the API and the events tell of it. */
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

/** On the event log for those who look on, and a delivery to every endpoint that wants to be told. */
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

/** What the record says of how things go, beside what workers wrote down of their providers. */
export interface Condition {
  /** When it was read, by the database's clock. */
  now: Date;
  /**
   * Watched symbols by class and exchange: since the oldest price was fetched. What its provider declares as its delay
   * is no fault, and isn't counted.
   */
  watched: { class: string; calendar: string; oldestS: number; symbols: number }[];
  /**
   * Since the event that has waited longest for the relay was written, and the same of cache invalidations; 0 when none
   * waits.
   */
  oldestEventS: number;
  oldestInvalidationS: number;
  /** Within the last ten minutes: changes that were made, and those that met a newer version. */
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

/** In the audit log: a change that was refused because somebody else's came first. */
export const CONFLICT = 'version_conflict';
