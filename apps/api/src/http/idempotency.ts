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

/** An idempotent request: its key, and what it had brought about before, should its first sending have died at work. */
export interface Once extends OncePlace {
  effects: Effects;
}

/** The id of what the request's first sending made before it died, by the action that the audit log names; null: nothing. */
export function madeBefore({ once: known }: { once: Once | null }, action: string): string | null {
  const id = known?.effects[action];
  return typeof id === 'string' ? id : null;
}

/** The refresh that the request's first sending had opened before it died; null: none. */
export function openedBefore({ once: known }: { once: Once | null }): string | null {
  for (const effect of Object.values(known?.effects ?? {}))
    if (typeof effect === 'object' && effect !== null && 'id' in effect) return String(effect.id);
  return null;
}

/** What makes a POST the same as another: where it went and what was in it. */
export function fingerprintOf(method: string, path: string, body: unknown): string {
  return hash('sha256', `${method} ${path} ${JSON.stringify(sorted(body))}`, 'base64url');
}

/**
 * Answers a POST once for each `Idempotency-Key` of a principal: the same key and body gives the stored answer for 24 h, the
 * same key with another body is refused. What was refused is not stored: it may be corrected and sent again. Nor is what brought
 * nothing about, which no limit counts. What the work brings about it writes beside the key in the same commit, and finds there when
 * its first sending died before the answer.
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
    // Who is told to come back later doesn't wait for a database that says nothing; till then it is `request_in_progress` at worst.
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

/** The same object whatever the order of its fields. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
}

/** A secret is shown once, and kept nowhere: a replay tells everything else. */
function withoutSecret({ body, private: isPrivate, secrets = ['secret'] }: Answer): unknown {
  if (!isPrivate || typeof body !== 'object' || body === null) return body ?? null;
  return { ...body, ...Object.fromEntries(secrets.map((name) => [name, null])) };
}
