import { viewOf } from '@freshet/contracts';
import type { Pool } from '../database/pool.ts';
import { loadRefresh } from '../refreshes/refresh-read.ts';

/** A delivery as it was read. Its due time is the fence of everything that is written to it. */
export interface DeliveryTurn {
  id: string;
  /**
   * The exact time of the next attempt. A worker that finds another time there has been overtaken: by another worker,
   * or because the message was sent again.
   */
  dueAt: string;
}

export interface WaitingDelivery extends DeliveryTurn {
  /** The owner of the endpoint. */
  userId: string;
  endpointId: string;
  dueInMs: number;
  /** Attempts that have begun. */
  attempts: number;
  /** The refresh that it reports, if it reports one. */
  refreshId: string | null;
}

/** A delivery that is still to be attempted, now or later. Null: it is over, or its endpoint is disabled. */
export async function waitingDelivery(pool: Pool, id: string): Promise<WaitingDelivery | null> {
  const { rows } = await pool.query<WaitingDelivery>(
    `select d.id, e.user_id as "userId", e.id as "endpointId", d.next_attempt_at::text as "dueAt", d.attempts,
       d.payload ->> 'refresh_id' as "refreshId",
       extract(epoch from d.next_attempt_at - clock_timestamp())::float8 * 1000 as "dueInMs"
     from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
     where d.id = $1 and d.state = 'pending' and e.enabled`,
    [id],
  );
  return rows[0] ?? null;
}

/**
 * The time since the delivery was made, or was last sent again: it is tried for a day from then. Call this only after
 * an attempt has failed: it reads a day of the audit log, which is too much for every look at what waits.
 */
export async function ageOfDelivery(pool: Pool, id: string): Promise<number> {
  const { rows } = await pool.query<{ ageMs: number }>(
    // If it was sent again more than a day ago, the day is over either way.
    `select extract(epoch from clock_timestamp() - coalesce(
       (select max(a.at) from audit_log a
        where a.at > now() - interval '1 day' and a.action = 'webhook_delivery.replayed' and a.subject = d.id),
       d.created_at))::float8 * 1000 as "ageMs"
     from webhook_deliveries d where d.id = $1`,
    [id],
  );
  // A delivery that is gone has no next attempt.
  return rows[0]?.ageMs ?? 0;
}

/** An attempt that is recorded as begun, with what it sends. */
export interface ClaimedDelivery extends DeliveryTurn {
  messageId: string;
  url: string;
  secrets: string[];
  /** JSON text, the same for every attempt. */
  body: string;
}

/**
 * Begins an attempt: records it before anything is sent, because an attempt that could not be recorded would be made for
 * ever. It counts as an attempt and holds a lease of `leaseMs`; when the lease runs out, the delivery is due again. The
 * payload is read first, so that a payload that can't be read spends no attempt.
 * @returns null when another worker has begun, or the delivery or its endpoint has changed
 */
export async function claimDelivery(
  pool: Pool,
  { id, dueAt, refreshId }: WaitingDelivery,
  leaseMs: number,
): Promise<ClaimedDelivery | null> {
  // A refresh that has ended doesn't change any more, so every attempt sends the same view of it.
  const record = refreshId ? await loadRefresh(pool, refreshId) : null;
  const { rows } = await pool.query<{
    dueAt: string;
    messageId: string;
    event: string;
    payload: unknown;
    createdAt: Date;
    url: string;
    secret: string;
    previousSecret: string | null;
  }>(
    `update webhook_deliveries d set attempts = d.attempts + 1, next_attempt_at = now() + make_interval(secs => $3::float8)
     from webhook_endpoints e
     where d.id = $1 and d.state = 'pending' and d.next_attempt_at = $2::timestamptz and e.id = d.endpoint_id and e.enabled
     returning d.next_attempt_at::text as "dueAt", d.message_id as "messageId", d.event, d.payload, d.created_at as "createdAt",
       e.url, e.secret, e.previous_secret as "previousSecret"`,
    [id, dueAt, leaseMs / 1_000],
  );
  const row = rows[0];
  if (!row) return null;
  const data = record ? viewOf(record) : row.payload;
  return {
    id,
    dueAt: row.dueAt,
    messageId: row.messageId,
    url: row.url,
    secrets: row.previousSecret ? [row.secret, row.previousSecret] : [row.secret],
    body: JSON.stringify({ type: row.event, timestamp: row.createdAt.toISOString(), data }),
  };
}

/**
 * Moves the end of an attempt's lease by `byMs`. Idempotent: asked again with the same turn, because the first answer was lost, it moves it once.
 * @returns the turn as it is now, null when it was overtaken
 */
export async function extendDelivery(
  pool: Pool,
  { id, dueAt }: DeliveryTurn,
  byMs: number,
): Promise<DeliveryTurn | null> {
  // Whole milliseconds, as the column keeps them: rounded there, the time would not be found again.
  const { rows } = await pool.query<DeliveryTurn>(
    `update webhook_deliveries set next_attempt_at = $2::timestamptz + make_interval(secs => $3::float8)
     where id = $1 and state = 'pending' and next_attempt_at in ($2::timestamptz, $2::timestamptz + make_interval(secs => $3::float8))
     returning id, next_attempt_at::text as "dueAt"`,
    [id, dueAt, Math.round(byMs) / 1_000],
  );
  return rows[0] ?? null;
}
