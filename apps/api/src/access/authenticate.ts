import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  findKey,
  findSession,
  hashSecret,
  type KeyRow,
  keysThatEnded,
  type Pool,
  sessionsThatEnded,
  touchKeys,
} from '@freshet/store';
import { Problem } from '../http/problem.ts';
import { sessionToken } from './cookie.ts';
import { createFailures } from './failures.ts';
import type { Principal } from './principal.ts';

/** For so long a key that was good is believed to be; its revocation takes effect within this. */
const BELIEVED_MS = 4_000;
const MOST_KNOWN = 50_000;
const TOUCH_MS = 60_000;

export interface Gate {
  /** Who sends this request. `toFetch`: its GET may start a refresh. @throws Problem unauthenticated, too_many_failures, cross_site */
  admit(request: IncomingMessage, remoteAddress: string, toFetch?: boolean): Principal | Promise<Principal>;
  /** The key behind a secret, for signing in. @throws Problem unauthenticated, too_many_failures */
  admitSecret(secret: string, remoteAddress: string): Promise<Principal>;
  /** Of these keys and sessions those that opened streams may no longer use. */
  ended(open: { keyIds: string[]; sessions: string[] }): Promise<{ keyIds: string[]; sessions: string[] }>;
  /** What was believed of a key is to be looked up again, at once in this process. */
  forget(keyId: string): void;
  close(): Promise<void>;
}

interface Known {
  who: Principal;
  until: number;
}

/** Says who asks, by an API key or by a browser's session; what it found it remembers for some seconds. */
export function createGate({ pool, now = Date.now }: { pool: Pool; now?: () => number }): Gate {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<Principal>>();
  const failures = createFailures(now);
  const used = new Set<string>();
  const touching = setInterval(() => void touch(), TOUCH_MS);
  touching.unref();

  async function touch(): Promise<void> {
    const ids = [...used];
    used.clear();
    await touchKeys(pool, ids).catch(() => {});
  }

  /** One look-up for all requests that carry the same secret at the same time; only good answers are kept. */
  function lookUp(secret: string, via: Principal['via'], remoteAddress: string): Principal | Promise<Principal> {
    const name = `${via} ${hash('sha256', secret, 'base64url')}`;
    const held = known.get(name);
    if (held && held.until > now()) return held.who;
    const running = asking.get(name);
    if (running) return running;
    const find = async () => {
      const row = via === 'key' ? await findKey(pool, secret) : await findSession(pool, secret);
      return principalOf(row, via === 'cookie' ? hashSecret(secret) : null, now());
    };
    const answer = failures
      .counted(remoteAddress, find)
      .then((who) => {
        if (!who) throw new Problem('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } });
        if (known.size >= MOST_KNOWN) known.clear();
        const ends = who.expiresAt?.getTime() ?? Infinity;
        known.set(name, { who, until: Math.min(now() + BELIEVED_MS, ends) });
        used.add(who.keyId);
        return who;
      })
      .finally(() => asking.delete(name));
    asking.set(name, answer);
    return answer;
  }

  return {
    admit(request, remoteAddress, toFetch = false) {
      const { authorization, cookie } = request.headers;
      if (authorization !== undefined) {
        const secret = /^Bearer +([^\s]{1,200})$/i.exec(authorization)?.[1];
        if (!secret) throw new Problem('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } });
        return lookUp(secret, 'key', remoteAddress);
      }
      const token = sessionToken(cookie);
      if (token === null || token.length > 200) {
        throw new Problem('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } });
      }
      if (!sitesOf(request, toFetch).includes(request.headers['sec-fetch-site'])) throw new Problem('cross_site');
      return lookUp(token, 'cookie', remoteAddress);
    },
    admitSecret: async (secret, remoteAddress) => lookUp(secret, 'key', remoteAddress),
    async ended({ keyIds, sessions }) {
      const [endedKeys, endedSessions] = await Promise.all([
        keysThatEnded(pool, keyIds),
        sessionsThatEnded(pool, sessions),
      ]);
      return { keyIds: endedKeys, sessions: endedSessions };
    },
    forget(keyId) {
      for (const [name, { who }] of known) if (who.keyId === keyId) known.delete(name);
    },
    async close() {
      clearInterval(touching);
      await touch();
    },
  };
}

type Site = string | string[] | undefined;

const FROM_US: readonly Site[] = ['same-origin'];
/** Somebody's own typing, a bookmark: no page can make it happen. */
const FROM_US_OR_NOBODY: readonly Site[] = ['same-origin', 'none'];

/** From where a browser's request may come, by its `Sec-Fetch-Site`. */
function sitesOf({ method, headers }: IncomingMessage, toFetch: boolean): readonly Site[] {
  if (method === 'GET' && toFetch) return FROM_US_OR_NOBODY;
  const reads = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  return reads ? [headers['sec-fetch-site']] : FROM_US;
}

/** Null for a key that isn't there, was revoked or has expired: all three look the same from outside. */
function principalOf(row: KeyRow | null, session: string | null, nowMs: number): Principal | null {
  if (!row || row.revokedAt || (row.expiresAt && row.expiresAt.getTime() <= nowMs)) return null;
  const { id, userId, role, name, prefix, expiresAt } = row;
  return {
    keyId: id,
    userId,
    role,
    keyName: name,
    prefix,
    expiresAt,
    via: session === null ? 'key' : 'cookie',
    session,
  };
}
