import type { FinalStatus, RefreshRecord } from '@freshet/contracts';
import { progressEvents, writeEvents } from '../events/announce.ts';
import type { Client } from '../database/pool.ts';
import { REFRESH_COLUMNS } from './refresh-columns.ts';

/** A status answer lists this many failures, so that it stays small; the items endpoint lists them all. */
const FAILURES_SHOWN = 200;

export interface Ended {
  record: RefreshRecord;
  /** The queued refresh of the same identity, which may start now. */
  next: { id: string; rank: number; traceparent: string | null } | null;
  /** There may be somebody to call back. */
  heard: boolean;
}

/** The ids that log lines name it by. */
export const nameOf = ({ record: { id, requestId } }: Ended): { refreshId: string; requestId: string | null } => ({
  refreshId: id,
  requestId,
});

/** Whether there may be somebody to call back when refresh `r` ends. */
export const HEARD = `
  r.callback_endpoint is not null or exists (select from webhook_endpoints w where w.enabled)
    or exists (select from refresh_callers c where c.refresh_id = r.id and c.callback_endpoint is not null) as heard`;

/**
 * The queued refresh of the same identity as `r`. The row of `r` must be locked before this is read: see `standBehind`.
 */
const NEXT = `
  (select jsonb_build_object('id', w.id, 'rank', w.rank, 'traceparent', w.traceparent) from refreshes w
   where w.identity = r.identity and w.status = 'queued' and w.id <> r.id limit 1) as next`;

/**
 * The refreshes that were queued behind these. It is a statement of its own: one that first waits for the lock sees the
 * rows as they were when it began, and would overlook a refresh that was queued meanwhile.
 */
export async function whoIsNext(client: Client, ids: string[]): Promise<NonNullable<Ended['next']>[]> {
  const { rows } = await client.query<Pick<Ended, 'next'>>({
    name: 'who-is-next',
    text: `select ${NEXT} from refreshes r where r.id = any($1)`,
    values: [ids],
  });
  return rows.flatMap(({ next }) => next ?? []);
}

/**
 * Why it ended as it did, where the status alone doesn't say: its scope was empty, something failed, or nothing had to
 * be refreshed.
 */
const WHY = `case
  when r.total = 0 then 'there is nothing in its scope'
  when r.failed > 0 then r.failed || ' of ' || r.total || ' could not be refreshed; the failures say why'
  when r.total = (select sum(value::int) from jsonb_each_text(r.skipped)) then 'nothing was refreshed: ' || (
    select string_agg(value || ' ' || key, ', ' order by key) from jsonb_each_text(r.skipped)) end`;

/**
 * Ends refreshes that are still open, exactly once: a second caller finds no open row. With `status` null the items
 * decide (none failed: success; some: partial; all: failed). Also writes the final events and the callbacks. The caller
 * has locked the rows before: otherwise a refresh that is queued behind them at this moment could be overlooked.
 */
export async function endRefreshes(client: Client, ids: string[], how?: HowItEnds): Promise<Ended[]> {
  const ended = await endRows(client, ids, how);
  await Promise.all([
    writeEvents(client, progressEvents(ended.map(({ record }) => record))),
    writeCallbacks(client, ended),
  ]);
  return ended;
}

type HowItEnds = { status: FinalStatus | null; reason?: string };

/** `endRefreshes` without events and callbacks, for a caller that writes these together with others. */
export async function endRows(client: Client, ids: string[], how: HowItEnds = { status: null }): Promise<Ended[]> {
  if (ids.length === 0) return [];
  const { rows } = await client.query<EndedRow>({
    name: 'end-refreshes',
    text: END,
    values: [ids, how.status, how.reason ?? null],
  });
  return rows.map(endedOf);
}

/** A row of a statement that returns `REFRESH_COLUMNS`, `next` and `HEARD`. */
export type EndedRow = RefreshRecord & Omit<Ended, 'record'>;

/** Takes such a row apart: the refresh, and what follows from its end. */
export const endedOf = ({ next, heard, ...record }: EndedRow): Ended => ({ record, next, heard });

const END = `
  with ending as (
    select id from refreshes where id = any($1) and status in ('queued','in_progress') order by id for update
  ), listed as (
    select i.refresh_id, i.subject, i.reason, i.detail, i.chain, i.served,
           row_number() over (partition by i.refresh_id order by i.subject) as place
    from refresh_items i join ending e on e.id = i.refresh_id where i.state = 'failed'
  ), failures as (
    select refresh_id, jsonb_agg(jsonb_build_object('symbol', subject, 'kind', reason, 'detail', detail,
             'chain', coalesce(chain, '[]'), 'served', served) order by subject) as list
    from listed where place <= ${FAILURES_SHOWN} group by refresh_id
  )
  update refreshes r set
    status = coalesce($2::text, case when r.failed = 0 then 'success'
                                     when r.failed < r.total then 'partial' else 'failed' end),
    failures = coalesce((select list from failures f where f.refresh_id = r.id), '[]'),
    end_reason = coalesce($3::text, ${WHY}), step = 'ended', calculated = 1,
    seq = r.seq + 1, started_at = coalesce(r.started_at, clock_timestamp()),
    ended_at = clock_timestamp(), changed_at = clock_timestamp()
  from ending e where r.id = e.id
  returning ${REFRESH_COLUMNS}, ${NEXT}, ${HEARD}`;

/**
 * Writes one delivery for each endpoint that is to be told. The message id is made of refresh and event, so writing it
 * twice makes one message. A caller who cancelled isn't told how the refresh ends for the others, but all callers are
 * told when it ends as cancelled. The revaluation of a changed portfolio from stored prices is nobody's refresh: it is
 * announced by events alone.
 */
export async function writeCallbacks(client: Client, ended: Ended[]): Promise<void> {
  const heard = ended.filter((each) => each.heard);
  if (heard.length === 0) return;
  await client.query({
    name: 'write-callbacks',
    text: `with ended as (
       select id, user_id, callback_endpoint, detached, kind = 'portfolio' and source = 'trigger' and key_id is null as revaluation,
              case status when 'cancelled' then 'refresh.cancelled' when 'success' then 'refresh.completed'
                          when 'partial' then 'refresh.completed' else 'refresh.failed' end as event
       from refreshes where id = any($1)
     ), told as (
       select e.id, e.event, e.callback_endpoint as endpoint from ended e where e.callback_endpoint is not null and (not e.detached or e.event = 'refresh.cancelled')
       union
       select e.id, e.event, called.endpoint from ended e join refresh_callers c on c.refresh_id = e.id,
              unnest(c.callback_endpoint || c.further_callbacks) as called(endpoint)
       where c.callback_endpoint is not null and (not c.detached or e.event = 'refresh.cancelled')
       union
       select e.id, e.event, w.id from ended e join webhook_endpoints w on w.enabled and e.event = any(w.events)
       where not e.revaluation
         and (w.user_id = e.user_id or exists (select from refresh_callers c where c.refresh_id = e.id and c.user_id = w.user_id))
     )
     insert into webhook_deliveries (id, endpoint_id, event, message_id, payload)
     select 'dlv_' || replace(gen_random_uuid()::text, '-', ''), t.endpoint, t.event, t.id || '.' || t.event,
            jsonb_build_object('refresh_id', t.id)
     from told t join webhook_endpoints w on w.id = t.endpoint and w.enabled
     on conflict (endpoint_id, message_id) do nothing`,
    values: [heard.map(({ record }) => record.id)],
  });
}
