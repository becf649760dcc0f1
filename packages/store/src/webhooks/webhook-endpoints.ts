import { type Actor, writeAudit } from '../access/audit.ts';
import { withinCaps } from '../access/caps.ts';
import { newId } from '../database/ids.ts';
import { type Pool, type Queryable, withTx } from '../database/pool.ts';

/** A registered endpoint, as its owner may see it: without the secret. */
export interface EndpointRow {
  id: string;
  userId: string;
  url: string;
  events: string[];
  enabled: boolean;
  disabledWhy: string | null;
  version: number;
  createdAt: Date;
}

const COLUMNS = `id, user_id as "userId", url, events, enabled, disabled_why as "disabledWhy", version, created_at as "createdAt"`;

/** The id of a user's enabled endpoint with this URL, or null. */
export async function endpointOf(db: Queryable, of: { userId: string; url: string }): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>({
    name: 'endpoint-of',
    text: 'select id from webhook_endpoints where user_id = $1 and url = $2 and enabled order by created_at limit 1',
    values: [of.userId, of.url],
  });
  return rows[0]?.id ?? null;
}

/** One endpoint, of `userId` when that is given. */
export async function findEndpoint(db: Queryable, id: string, userId: string | null): Promise<EndpointRow | null> {
  const { rows } = await db.query<EndpointRow>(
    `select ${COLUMNS} from webhook_endpoints where id = $1 and ($2::text is null or user_id = $2)`,
    [id, userId],
  );
  return rows[0] ?? null;
}

export async function listEndpoints(
  db: Queryable,
  page: { userId: string | null; after?: string; limit: number },
): Promise<EndpointRow[]> {
  const { rows } = await db.query<EndpointRow>(
    `select ${COLUMNS} from webhook_endpoints where ($1::text is null or user_id = $1) and ($2::text is null or id > $2)
     order by id limit $3`,
    [page.userId, page.after ?? null, page.limit],
  );
  return rows;
}

/** @throws CapReached */
export function createEndpoint(
  pool: Pool,
  endpoint: { userId: string; url: string; events: string[]; secret: string },
  actor: Actor,
): Promise<EndpointRow> {
  return withTx(pool, async (client) => {
    const { userId } = endpoint;
    const { rows } = await withinCaps(client, { userId, actor }, ['webhook endpoints'], () =>
      client.query<EndpointRow>(
        `insert into webhook_endpoints (id, user_id, url, events, secret) values ($1, $2, $3, $4, $5) returning ${COLUMNS}`,
        [newId('endpoint'), userId, endpoint.url, endpoint.events, endpoint.secret],
      ),
    );
    const row = rows[0] as EndpointRow;
    await writeAudit(client, actor, { action: 'webhook_endpoint.created', subject: row.id, detail: { url: row.url } });
    return row;
  });
}

/** Null: its version isn't the expected one any more. */
export function changeEndpoint(
  pool: Pool,
  id: string,
  expected: number | '*',
  change: { url?: string; events?: string[]; enabled?: boolean },
  actor: Actor,
): Promise<EndpointRow | null> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<EndpointRow>(
      `update webhook_endpoints set url = coalesce($3, url), events = coalesce($4, events), enabled = coalesce($5, enabled),
         disabled_why = case when $5 then null else disabled_why end, version = version + 1
       where id = $1 and ($2::int is null or version = $2) returning ${COLUMNS}`,
      [id, expected === '*' ? null : expected, change.url ?? null, change.events ?? null, change.enabled ?? null],
    );
    if (!rows[0]) return null;
    await writeAudit(client, actor, { action: 'webhook_endpoint.changed', subject: id, detail: change });
    return rows[0];
  });
}

/** The previous secret keeps signing as well until the next rotation, so that receivers can switch without a gap. */
export function rotateEndpointSecret(
  pool: Pool,
  id: string,
  secret: string,
  actor: Actor,
): Promise<EndpointRow | null> {
  return withTx(pool, async (client) => {
    const { rows } = await client.query<EndpointRow>(
      `update webhook_endpoints set previous_secret = secret, secret = $2, version = version + 1 where id = $1 returning ${COLUMNS}`,
      [id, secret],
    );
    if (!rows[0]) return null;
    await writeAudit(client, actor, { action: 'webhook_endpoint.secret_rotated', subject: id });
    return rows[0];
  });
}

export function deleteEndpoint(pool: Pool, id: string, expected: number | '*', actor: Actor): Promise<boolean> {
  return withTx(pool, async (client) => {
    const { rowCount } = await client.query(
      'delete from webhook_endpoints where id = $1 and ($2::int is null or version = $2)',
      [id, expected === '*' ? null : expected],
    );
    if (rowCount === 0) return false;
    await writeAudit(client, actor, { action: 'webhook_endpoint.deleted', subject: id });
    return true;
  });
}
