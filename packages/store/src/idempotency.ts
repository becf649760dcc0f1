import type { Queryable } from './pool.ts';

export interface StoredAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

export type IdempotentStart =
  | { outcome: 'first' }
  | { outcome: 'replay'; answer: StoredAnswer }
  /** The key belongs to a request with another fingerprint. */
  | { outcome: 'other_request' }
  /** The first request of this key hasn't been answered yet. */
  | { outcome: 'at_work' };

const KEPT = '24 hours';
/** Whoever held a key for longer than this without an answer has died. */
const AT_WORK = '90 seconds';

/** Takes a key for a request, or says what became of the request that took it before. */
export async function startIdempotent(
  db: Queryable,
  ask: { principal: string; key: string; fingerprint: string },
): Promise<IdempotentStart> {
  const { rowCount } = await db.query({
    name: 'start-idempotent',
    text: `insert into idempotency_keys as k (principal, key, fingerprint) values ($1, $2, $3)
           on conflict (principal, key) do update set fingerprint = excluded.fingerprint, status = null, headers = null,
             body = null, created_at = now()
           where k.created_at < now() - interval '${KEPT}'
              or (k.status is null and k.fingerprint = excluded.fingerprint and k.created_at < now() - interval '${AT_WORK}')`,
    values: [ask.principal, ask.key, ask.fingerprint],
  });
  if (rowCount === 1) return { outcome: 'first' };
  const { rows } = await db.query<{ fingerprint: string; status: number | null } & Omit<StoredAnswer, 'status'>>({
    name: 'read-idempotent',
    text: 'select fingerprint, status, headers, body from idempotency_keys where principal = $1 and key = $2',
    values: [ask.principal, ask.key],
  });
  const held = rows[0];
  if (held && held.fingerprint !== ask.fingerprint) return { outcome: 'other_request' };
  if (!held || held.status === null) return { outcome: 'at_work' };
  return { outcome: 'replay', answer: { status: held.status, headers: held.headers, body: held.body } };
}

export async function finishIdempotent(
  db: Queryable,
  { principal, key, answer }: { principal: string; key: string; answer: StoredAnswer },
): Promise<void> {
  await db.query({
    name: 'finish-idempotent',
    text: 'update idempotency_keys set status = $3, headers = $4, body = $5 where principal = $1 and key = $2',
    values: [principal, key, answer.status, JSON.stringify(answer.headers), JSON.stringify(answer.body)],
  });
}

/** The request was refused: its key is free again. */
export async function forgetIdempotent(
  db: Queryable,
  { principal, key }: { principal: string; key: string },
): Promise<void> {
  await db.query('delete from idempotency_keys where principal = $1 and key = $2 and status is null', [principal, key]);
}
