import { randomBytes } from 'node:crypto';
import { findKeyById, hashSecret, type KeyRow } from './keys.ts';
import type { Queryable } from '../database/pool.ts';

const SESSION_DAYS = 7;
const LINK_MINUTES = 15;
/** The most sessions, and links, that a key has at a time. One more ends the oldest. Nothing else limits signing in. */
const MOST = 20;

/** Opens a browser session of a key. The returned token is stored nowhere. */
export function openSession(db: Queryable, keyId: string): Promise<string> {
  return open(db, keyId, 'session', `${SESSION_DAYS} days`);
}

/** A link that signs in once, within a quarter of an hour. */
export function createSignInLink(db: Queryable, keyId: string): Promise<string> {
  return open(db, keyId, 'link', `${LINK_MINUTES} minutes`);
}

/** Uses up a sign-in link; the key that it stands for, or null when it is unknown, used or too old. */
export async function useSignInLink(db: Queryable, token: string): Promise<KeyRow | null> {
  const { rows } = await db.query<{ key_id: string }>(
    `update sessions set used_at = now() where token_hash = $1 and kind = 'link' and used_at is null and expires_at > now() returning key_id`,
    [hashSecret(token)],
  );
  return rows[0] ? findKeyById(db, rows[0].key_id) : null;
}

/** The key of an open session, or null. */
export async function findSession(db: Queryable, token: string): Promise<KeyRow | null> {
  const { rows } = await db.query<{ key_id: string }>({
    name: 'find-session',
    text: `select key_id from sessions where token_hash = $1 and kind = 'session' and expires_at > now()`,
    values: [hashSecret(token)],
  });
  return rows[0] ? findKeyById(db, rows[0].key_id) : null;
}

export async function closeSession(db: Queryable, token: string): Promise<void> {
  await db.query('delete from sessions where token_hash = $1', [hashSecret(token)]);
}

/** Of these sessions, named by the hashes of their tokens, those that were closed or have expired. */
export async function sessionsThatEnded(db: Queryable, hashes: string[]): Promise<string[]> {
  if (hashes.length === 0) return [];
  const { rows } = await db.query<{ hash: string }>({
    name: 'sessions-that-ended',
    text: `select hash from unnest($1::text[]) hash
           where not exists (select from sessions where token_hash = hash and kind = 'session' and expires_at > now())`,
    values: [hashes],
  });
  return rows.map((row) => row.hash);
}

async function open(db: Queryable, keyId: string, kind: 'session' | 'link', life: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await db.query(
    `with over as (
       delete from sessions where token_hash in (
         select token_hash from sessions where key_id = $2 and kind = $3 order by created_at desc offset ${MOST - 1})
     )
     insert into sessions (token_hash, key_id, kind, expires_at) values ($1, $2, $3, now() + $4::interval)`,
    [hashSecret(token), keyId, kind, life],
  );
  return token;
}
