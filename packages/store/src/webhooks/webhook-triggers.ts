import { type Actor, writeAudit } from '../access/audit.ts';
import { withinCaps } from '../access/caps.ts';
import { newId } from '../database/ids.ts';
import { type Pool, type Queryable, withTx } from '../database/pool.ts';

export interface TriggerRow {
  id: string;
  userId: string;
  keyId: string;
  name: string;
  kind: string;
  refresh: Record<string, unknown>;
  enabled: boolean;
  version: number;
  createdAt: Date;
}

const COLUMNS = `id, user_id as "userId", key_id as "keyId", name, kind, refresh, enabled, version, created_at as "createdAt"`;

export async function findTrigger(db: Queryable, id: string, userId: string | null): Promise<TriggerRow | null> {
  const { rows } = await db.query<TriggerRow>(
    `select ${COLUMNS} from webhook_triggers where id = $1 and ($2::text is null or user_id = $2)`,
    [id, userId],
  );
  return rows[0] ?? null;
}

/** An enabled trigger, with the secret that signs its messages. */
export async function triggerToFire(db: Queryable, id: string): Promise<(TriggerRow & { secret: string }) | null> {
  const { rows } = await db.query<TriggerRow & { secret: string }>(
    `select ${COLUMNS}, secret from webhook_triggers where id = $1 and enabled`,
    [id],
  );
  return rows[0] ?? null;
}

export async function listTriggers(
  db: Queryable,
  page: { userId: string | null; after?: string; limit: number },
): Promise<TriggerRow[]> {
  const { rows } = await db.query<TriggerRow>(
    `select ${COLUMNS} from webhook_triggers where ($1::text is null or user_id = $1) and ($2::text is null or id > $2)
     order by id limit $3`,
    [page.userId, page.after ?? null, page.limit],
  );
  return rows;
}

/** @throws CapReached */
export function createTrigger(
  pool: Pool,
  trigger: { name: string; kind: string; refresh: object; secret: string },
  actor: Actor,
): Promise<TriggerRow> {
  return withTx(pool, async (client) => {
    const { rows } = await withinCaps(client, { userId: actor.userId, actor }, ['triggers'], () =>
      client.query<TriggerRow>(
        `insert into webhook_triggers (id, user_id, key_id, name, kind, refresh, secret) values ($1, $2, $3, $4, $5, $6, $7)
       returning ${COLUMNS}`,
        [
          newId('trigger'),
          actor.userId,
          actor.keyId,
          trigger.name,
          trigger.kind,
          JSON.stringify(trigger.refresh),
          trigger.secret,
        ],
      ),
    );
    const row = rows[0] as TriggerRow;
    await writeAudit(client, actor, { action: 'webhook_trigger.created', subject: row.id, detail: { name: row.name } });
    return row;
  });
}

/**
 * Null: its version isn't the expected one any more. An owner's change also gives the trigger the key that made the
 * change.
 */
export function changeTrigger(
  pool: Pool,
  id: string,
  expected: number | '*',
  change: { name?: string; kind?: string; refresh?: object; enabled?: boolean },
  actor: Actor,
): Promise<TriggerRow | null> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<TriggerRow>(
      `update webhook_triggers set name = coalesce($3, name), kind = coalesce($4, kind), refresh = coalesce($5, refresh),
         enabled = coalesce($6, enabled), key_id = case when user_id = $7 then $8 else key_id end, version = version + 1
       where id = $1 and ($2::int is null or version = $2) returning ${COLUMNS}`,
      [
        id,
        expected === '*' ? null : expected,
        change.name ?? null,
        change.kind ?? null,
        change.refresh ? JSON.stringify(change.refresh) : null,
        change.enabled ?? null,
        actor.userId,
        actor.keyId,
      ],
    );
    if (!rows[0]) return null;
    await writeAudit(client, actor, { action: 'webhook_trigger.changed', subject: id, detail: change });
    return rows[0];
  });
}

export function deleteTrigger(pool: Pool, id: string, expected: number | '*', actor: Actor): Promise<boolean> {
  return withTx(pool, async (client) => {
    const { rowCount } = await client.query(
      'delete from webhook_triggers where id = $1 and ($2::int is null or version = $2)',
      [id, expected === '*' ? null : expected],
    );
    if (rowCount === 0) return false;
    await writeAudit(client, actor, { action: 'webhook_trigger.deleted', subject: id });
    return true;
  });
}
