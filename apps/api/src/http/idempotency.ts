import { hash } from 'node:crypto';
import {
  type Effects,
  finishIdempotent,
  forgetIdempotent,
  isAway,
  type OncePlace,
  type Pool,
  startIdempotent,
} from '@freshet/store';
import type { Answer } from './answer.ts';
import { Problem } from './problem.ts';

const KEY = /^"?([\x21-\x7e]{1,255}?)"?$/;

/** A request with an Idempotency-Key. `effects`: what an earlier attempt did before its process died. */
export interface Once extends OncePlace {
  effects: Effects;
}

/** The id of what an earlier attempt of the request created, by the action in the audit log; null: nothing. */
export function madeBefore({ once: known }: { once: Once | null }, action: string): string | null {
  const id = known?.effects[action];
  return typeof id === 'string' ? id : null;
}

/** The refresh that an earlier attempt of the request opened; null: none. */
export function openedBefore({ once: known }: { once: Once | null }): string | null {
  for (const effect of Object.values(known?.effects ?? {}))
    if (typeof effect === 'object' && effect !== null && 'id' in effect) return String(effect.id);
  return null;
}

/** Equal for requests with the same method, path and body, whatever the order of its fields. */
export function fingerprintOf(method: string, path: string, body: unknown): string {
  return hash('sha256', `${method} ${path} ${JSON.stringify(sorted(body))}`, 'base64url');
}

/**
 * Runs a request once per `Idempotency-Key` of a principal. For 24 h the same request gets the stored answer; another request with the same key
 * is refused. Problems are not stored, so that a request can be corrected and sent again; nor are answers without an effect. The work
 * writes its effects beside the key in its own commit. If its process dies before the answer is stored, the next attempt finds them there.
 */
export async function once(
  pool: Pool,
  ask: { principal: string; key: string; fingerprint: string; header?: string },
  work: (once: Once) => Promise<Answer>,
): Promise<Answer> {
  const key = KEY.exec(ask.key.trim())?.[1];
  const { header = 'Idempotency-Key' } = ask;
  if (!key) throw new Problem('invalid_header', `${header} is 1 to 255 visible ASCII characters.`);
  const place = { principal: ask.principal, key };
  const begun = await startIdempotent(pool, { ...place, fingerprint: ask.fingerprint });
  if (begun.outcome === 'other_request') throw new Problem('idempotency_key_reused');
  if (begun.outcome === 'at_work') throw new Problem('request_in_progress');
  if (begun.outcome === 'replay') {
    const { status, headers: kept, body } = begun.answer;
    const headers = { ...kept, 'idempotent-replayed': 'true' };
    return typeof body === 'string' ? { status, raw: body, headers } : { status, body, headers };
  }
  let answer: Answer;
  try {
    answer = await work({ ...place, effects: begun.effects });
  } catch (error) {
    const forgotten = forgetIdempotent(pool, place).catch(() => {});
    // If Postgres is away, the caller isn't kept waiting for it. The key may then answer `request_in_progress` for a while.
    if (!isAway(error)) await forgotten;
    throw error;
  }
  if (answer.effectless) {
    await forgetIdempotent(pool, place);
    return answer;
  }
  await finishIdempotent(pool, {
    ...place,
    // As text, because jsonb would put the fields into another order.
    answer: {
      status: answer.status ?? 200,
      headers: answer.headers ?? {},
      body: JSON.stringify(withoutSecret(answer)),
    },
  });
  return answer;
}

/** The value with the fields of its objects in alphabetical order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
}

/** The body without its secrets, which are stored nowhere: a replay has null in their place. */
function withoutSecret({ body, private: isPrivate, secrets = ['secret'] }: Answer): unknown {
  if (!isPrivate || typeof body !== 'object' || body === null) return body ?? null;
  return { ...body, ...Object.fromEntries(secrets.map((name) => [name, null])) };
}
