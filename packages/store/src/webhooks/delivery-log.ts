import { type Actor, writeAudit } from '../access/audit.ts';
import { type Pool, type Queryable, withTx } from '../database/pool.ts';

export interface DeliveryRow {
  id: string;
  endpointId: string;
  event: string;
  messageId: string;
  payload: unknown;
  state: string;
  attempts: number;
  nextAttemptAt: Date;
  lastStatus: number | null;
  lastError: string | null;
  createdAt: Date;
  deliveredAt: Date | null;
}

const COLUMNS = `d.id, d.endpoint_id as "endpointId", d.event, d.message_id as "messageId", d.payload, d.state, d.attempts,
  d.next_attempt_at as "nextAttemptAt", d.last_status as "lastStatus", d.last_error as "lastError",
  d.created_at as "createdAt", d.delivered_at as "deliveredAt"`;

/** The deliveries to the endpoints of one user, or of all; newest first. */
export async function listDeliveries(
  db: Queryable,
  filter: {
    userId: string | null;
    endpointId?: string;
    state?: string;
    before?: { createdAt: Date; id: string };
    limit: number;
  },
): Promise<DeliveryRow[]> {
  const { rows } = await db.query<DeliveryRow>(
    `select ${COLUMNS} from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
     where ($1::text is null or e.user_id = $1) and ($2::text is null or d.endpoint_id = $2)
       and ($3::text is null or d.state = $3) and ($4::timestamptz is null or (d.created_at, d.id) < ($4, $5))
     order by d.created_at desc, d.id desc limit $6`,
    [
      filter.userId,
      filter.endpointId ?? null,
      filter.state ?? null,
      filter.before?.createdAt.toISOString() ?? null,
      filter.before?.id ?? null,
      filter.limit,
    ],
  );
  return rows;
}

/**
 * Sends a message once more, with its original id and time, so that a receiver that has had it recognises it. Its day
 * of attempts begins anew, even if it is still being tried. Null: there is no such delivery (of that user). `off`: its
 * endpoint is switched off, and nothing was changed.
 */
export function replayDelivery(
  pool: Pool,
  id: string,
  userId: string | null,
  actor: Actor,
): Promise<DeliveryRow | 'off' | null> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<DeliveryRow>(
      `update webhook_deliveries d set state = 'pending', attempts = 0, next_attempt_at = now(), delivered_at = null
       from webhook_endpoints e
       where d.id = $1 and e.id = d.endpoint_id and ($2::text is null or e.user_id = $2) and e.enabled returning ${COLUMNS}`,
      [id, userId],
    );
    if (!rows[0]) return (await deliveryExists(client, id, userId)) ? 'off' : null;
    await writeAudit(client, actor, { action: 'webhook_delivery.replayed', subject: id });
    return rows[0];
  });
}

async function deliveryExists(db: Queryable, id: string, userId: string | null): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
     where d.id = $1 and ($2::text is null or e.user_id = $2)`,
    [id, userId],
  );
  return rowCount === 1;
}
