import { createHash, randomBytes } from 'node:crypto';
import type { Role } from '@freshet/contracts';
import { newId } from '../database/ids.ts';
import type { Queryable } from '../database/pool.ts';

/** A key as it is known after its creation: never the secret. */
export interface KeyRow {
  id: string;
  userId: string;
  role: Role;
  name: string;
  prefix: string;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
}

const COLUMNS = `id, user_id as "userId", role, name, prefix, created_at as "createdAt", expires_at as "expiresAt",
  revoked_at as "revokedAt", last_used_at as "lastUsedAt"`;

/**
 * `fsh_` and 256 random bits: a plain SHA-256 is a safe store for it (ASVS 5.0, 6.5.2), and finds it in one look-up.
 */
export function newSecret(): string {
  return `fsh_${randomBytes(32).toString('base64url')}`;
}

export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Creates a key. The returned secret is stored nowhere. */
export async function createKey(
  db: Queryable,
  key: { userId: string; role: Role; name: string; expiresAt?: Date | null; secret?: string },
): Promise<KeyRow & { secret: string }> {
  const secret = key.secret ?? newSecret();
  const { rows } = await db.query<KeyRow>(
    `insert into api_keys (id, user_id, role, name, prefix, hash, expires_at) values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`,
    [newId('key'), key.userId, key.role, key.name, secret.slice(0, 10), hashSecret(secret), key.expiresAt ?? null],
  );
  return { ...(rows[0] as KeyRow), secret };
}

/** The key of that secret, even if it is revoked or expired: the caller decides what that means. */
export async function findKey(db: Queryable, secret: string): Promise<KeyRow | null> {
  const { rows } = await db.query<KeyRow>({
    name: 'find-key',
    text: `select ${COLUMNS} from api_keys where hash = $1`,
    values: [hashSecret(secret)],
  });
  return rows[0] ?? null;
}

export async function findKeyById(db: Queryable, id: string): Promise<KeyRow | null> {
  const { rows } = await db.query<KeyRow>({
    name: 'find-key-by-id',
    text: `select ${COLUMNS} from api_keys where id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** False: no such key (of that user), or it was revoked before. */
export async function revokeKey(db: Queryable, id: string, userId: string | null): Promise<boolean> {
  const { rowCount } = await db.query(
    `update api_keys set revoked_at = now() where id = $1 and ($2::text is null or user_id = $2) and revoked_at is null`,
    [id, userId],
  );
  return rowCount === 1;
}

/** Records the use of keys, at most once a minute each: a write per request would cost more than the request. */
export async function touchKeys(db: Queryable, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.query(`update api_keys set last_used_at = now() where id = any($1)`, [ids]);
}

/** Of these keys those that were revoked or have expired. */
export async function keysThatEnded(db: Queryable, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await db.query<{ id: string }>({
    name: 'keys-that-ended',
    text: `select id from api_keys where id = any($1) and (revoked_at is not null or expires_at <= now())`,
    values: [ids],
  });
  return rows.map((row) => row.id);
}

/** The keys of one user, or of all, in order of id (which is the order of time). */
export async function listKeyPage(
  db: Queryable,
  page: { userId: string | null; after?: string; limit: number },
): Promise<KeyRow[]> {
  const { rows } = await db.query<KeyRow>(
    `select ${COLUMNS} from api_keys where ($1::text is null or user_id = $1) and ($2::text is null or id > $2)
     order by id limit $3`,
    [page.userId, page.after ?? null, page.limit],
  );
  return rows;
}
