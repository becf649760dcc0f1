import type { Queryable } from '../database/pool.ts';

/**
 * The idempotency key of a principal's request. What the request brings about is recorded in the key's row, in the same
 * commit.
 */
export interface OncePlace {
  principal: string;
  key: string;
}

export interface StoredAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/**
 * What a request has brought about: refreshes by their identity, other things by the action that the audit log names.
 */
export type Effects = Record<string, unknown>;

export type IdempotentStart =
  /** `effects`: what an earlier attempt had brought about when its process died before it kept an answer. */
  | { outcome: 'first'; effects: Effects }
  | { outcome: 'replay'; answer: StoredAnswer }
  /** The key belongs to a request with another fingerprint. */
  | { outcome: 'other_request' }
  /** The first request of this key hasn't been answered yet. */
  | { outcome: 'at_work' };

const KEPT = '24 hours';
/** A request that has held its key for longer than this without an answer or an effect has died. */
const AT_WORK = '90 seconds';
/**
 * A request has brought about all its effects within this time, and only waits after it. A repeated request that knows
 * the effects may then wait as well.
 */
const DOING = '5 seconds';

/** Takes a key for a request, or says what became of the request that took it before. */
export async function startIdempotent(
  db: Queryable,
  ask: OncePlace & { fingerprint: string },
): Promise<IdempotentStart> {
  const { rowCount } = await db.query({
    name: 'start-idempotent',
    text: `insert into idempotency_keys as k (principal, key, fingerprint) values ($1, $2, $3)
           on conflict (principal, key) do update set fingerprint = excluded.fingerprint, status = null, headers = null,
             body = null, effects = '{}', created_at = now()
           where k.created_at < now() - interval '${KEPT}'
              or (k.status is null and k.effects = '{}' and k.fingerprint = excluded.fingerprint
                  and k.created_at < now() - interval '${AT_WORK}')`,
    values: [ask.principal, ask.key, ask.fingerprint],
  });
  if (rowCount === 1) return { outcome: 'first', effects: {} };
  const { rows } = await db.query<
    { fingerprint: string; status: number | null; effects: Effects; done: boolean } & Omit<StoredAnswer, 'status'>
  >({
    name: 'read-idempotent',
    text: `select fingerprint, status, headers, body, effects,
             effects <> '{}' and created_at < now() - interval '${DOING}' as done
           from idempotency_keys where principal = $1 and key = $2`,
    values: [ask.principal, ask.key],
  });
  const held = rows[0];
  if (held && held.fingerprint !== ask.fingerprint) return { outcome: 'other_request' };
  if (held && held.status !== null) {
    return { outcome: 'replay', answer: { status: held.status, headers: held.headers, body: held.body } };
  }
  return held?.done ? { outcome: 'first', effects: held.effects } : { outcome: 'at_work' };
}

/** Keeps the answer, unless one is kept already. */
export async function finishIdempotent(
  db: Queryable,
  { principal, key, answer }: OncePlace & { answer: StoredAnswer },
): Promise<void> {
  await db.query({
    name: 'finish-idempotent',
    text: `update idempotency_keys set status = $3, headers = $4, body = $5
           where principal = $1 and key = $2 and status is null`,
    values: [principal, key, answer.status, JSON.stringify(answer.headers), JSON.stringify(answer.body)],
  });
}

/** Frees the key of a refused request, unless the request has brought something about already. */
export async function forgetIdempotent(db: Queryable, { principal, key }: OncePlace): Promise<void> {
  await db.query(
    `delete from idempotency_keys where principal = $1 and key = $2 and status is null and effects = '{}'`,
    [principal, key],
  );
}

/** Records an effect of a request in its key's row, in the transaction of the effect. */
export async function writeEffect(
  db: Queryable,
  { principal, key }: OncePlace,
  effect: { name: string; value: unknown },
): Promise<void> {
  await db.query({
    name: 'write-effect',
    text: `update idempotency_keys set effects = effects || jsonb_build_object($3::text, $4::jsonb)
           where principal = $1 and key = $2 and status is null`,
    values: [principal, key, effect.name, JSON.stringify(effect.value)],
  });
}
