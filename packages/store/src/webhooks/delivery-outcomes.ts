import { NOBODY, writeAudit } from '../access/audit.ts';
import type { DeliveryTurn } from './deliveries.ts';
import { type Client, type Pool, type Queryable, withTx } from '../database/pool.ts';

/** How an attempt ended. */
export interface DeliveryOutcome {
  state: 'delivered' | 'pending' | 'failed';
  status: number | null;
  error: string | null;
  /** Null: there is no further attempt. */
  nextInMs: number | null;
}

/**
 * Records how an attempt ended. False: the attempt was overtaken, for example because somebody sent the message again
 * meanwhile; then only a success still counts. The wait is cast because it may be a fraction: beside a bare 0, a
 * parameter would be taken for an integer.
 */
export async function noteAttempt(
  db: Queryable,
  { id, dueAt }: DeliveryTurn,
  outcome: DeliveryOutcome,
): Promise<boolean> {
  // float8: beside a bare 0, Postgres would take the parameter for an integer, and waits are fractions of seconds.
  const { rowCount } = await db.query(
    `update webhook_deliveries set state = $3, attempts = greatest(attempts, 1), last_status = $4, last_error = $5,
       next_attempt_at = now() + make_interval(secs => coalesce($6::float8, 0)), delivered_at = case when $3 = 'delivered' then now() end
     where id = $1 and ($3 = 'delivered' or state = 'pending' and next_attempt_at = $2::timestamptz)`,
    [
      id,
      dueAt,
      outcome.state,
      outcome.status,
      outcome.error,
      outcome.nextInMs === null ? null : outcome.nextInMs / 1_000,
    ],
  );
  return rowCount === 1;
}

/**
 * Ends a delivery whose attempts killed their workers. False: it was sent again meanwhile, and has begun no attempt
 * since.
 */
export async function failPoisonedDelivery(pool: Pool, id: string, error: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update webhook_deliveries set state = 'failed', last_status = null, last_error = $2 where id = $1 and state = 'pending' and attempts > 0`,
    [id, error],
  );
  return rowCount === 1;
}

/**
 * Fails a delivery for good, because of its address or of what that answered. With `disable` its endpoint is switched
 * off as well, once, as a change like any other: with a new version, and an audit entry of nobody. False: the endpoint
 * has another address by now, and nothing was written.
 */
export function noteVerdict(
  pool: Pool,
  delivery: DeliveryTurn & { url: string },
  { status, error, disable }: { status: number | null; error: string; disable: string | null },
): Promise<boolean> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `select id from webhook_endpoints
       where id = (select endpoint_id from webhook_deliveries where id = $1) and url = $2 for no key update`,
      [delivery.id, delivery.url],
    );
    const endpoint = rows[0]?.id;
    if (!endpoint) return false;
    await noteAttempt(client, delivery, { state: 'failed', status, error, nextInMs: null });
    if (disable) await disableEndpoint(client, endpoint, { because: disable, delivery_id: delivery.id });
    return true;
  });
}

async function disableEndpoint(client: Client, id: string, detail: { because: string; delivery_id: string }) {
  const { rowCount } = await client.query(
    'update webhook_endpoints set enabled = false, disabled_why = $2, version = version + 1 where id = $1 and enabled',
    [id, detail.because],
  );
  if (rowCount) await writeAudit(client, NOBODY, { action: 'webhook_endpoint.disabled', subject: id, detail });
}
