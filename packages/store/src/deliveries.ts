import { viewOf } from '@freshet/contracts';
import { type Actor, writeAudit } from './audit.ts';
import { type Pool, withTx } from './pool.ts';
import { loadRefresh } from './refresh-read.ts';

export interface DueDelivery {
  id: string;
  /** Whose endpoint it is for. */
  userId: string;
  messageId: string;
  event: string;
  url: string;
  secrets: string[];
  attempts: number;
  createdAt: Date;
  /** Since it was made, or since somebody sent it again: it is tried for a day from then. */
  ageMs: number;
  payload: { refresh_id?: string };
}

/** A delivery that is to be attempted now; null when it is over, not due, or its endpoint is disabled. */
export async function dueDelivery(pool: Pool, id: string): Promise<DueDelivery | null> {
  const { rows } = await pool.query<Omit<DueDelivery, 'secrets'> & { secret: string; previousSecret: string | null }>(
    `select d.id, e.user_id as "userId", d.message_id as "messageId", d.event, d.payload, d.attempts, d.created_at as "createdAt", e.url, e.secret,
       e.previous_secret as "previousSecret",
       -- Sent again longer than a day ago, the day is over by either.
       extract(epoch from clock_timestamp() - coalesce(
         (select max(a.at) from audit_log a
          where a.at > now() - interval '1 day' and a.action = 'webhook_delivery.replayed' and a.subject = d.id),
         d.created_at))::float8 * 1000 as "ageMs"
     from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
     where d.id = $1 and d.state = 'pending' and e.enabled and d.next_attempt_at <= now() + interval '1 second'`,
    [id],
  );
  if (!rows[0]) return null;
  const { secret, previousSecret, ...row } = rows[0];
  return { ...row, secrets: previousSecret ? [secret, previousSecret] : [secret] };
}

/** What is sent: JSON text, the same for every attempt, as a refresh that is over doesn't change. */
export async function deliveryBody(pool: Pool, { event, payload, createdAt }: DueDelivery): Promise<string> {
  const record = payload.refresh_id ? await loadRefresh(pool, payload.refresh_id) : null;
  return JSON.stringify({ type: event, timestamp: createdAt.toISOString(), data: record ? viewOf(record) : payload });
}

/**
 * Writes down an attempt. `nextInMs` null: it was the last. Waits are no whole seconds, and a parameter beside a bare 0 would be
 * taken for an integer.
 */
export async function noteAttempt(
  pool: Pool,
  id: string,
  attempt: {
    state: 'delivered' | 'pending' | 'failed';
    status: number | null;
    error: string | null;
    nextInMs: number | null;
  },
): Promise<void> {
  await pool.query(
    `update webhook_deliveries set state = $2, attempts = attempts + 1, last_status = $3, last_error = $4,
       next_attempt_at = now() + make_interval(secs => coalesce($5::float8, 0)), delivered_at = case when $2 = 'delivered' then now() end
     where id = $1`,
    [id, attempt.state, attempt.status, attempt.error, attempt.nextInMs === null ? null : attempt.nextInMs / 1_000],
  );
}

/** The receiver wants no more (410). Once, as a change like any other: with a new version, and in the audit log as nobody's doing. */
export function disableEndpointOf(pool: Pool, deliveryId: string, why: string): Promise<void> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `update webhook_endpoints set enabled = false, disabled_why = $2, version = version + 1
       where id = (select endpoint_id from webhook_deliveries where id = $1) and enabled returning id`,
      [deliveryId, why],
    );
    if (!rows[0]) return;
    await writeAudit(client, NOBODY, {
      action: 'webhook_endpoint.disabled',
      subject: rows[0].id,
      detail: { because: why, delivery_id: deliveryId },
    });
  });
}

const NOBODY: Actor = { keyId: '', userId: '', role: 'system', requestId: '', remoteAddress: '' };
