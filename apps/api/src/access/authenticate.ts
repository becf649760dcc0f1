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

/** How long the result of a look-up is cached. A revocation on another api takes effect within this time. */
const BELIEVED_MS = 4_000;
const MOST_KNOWN = 50_000;
const TOUCH_MS = 60_000;

export interface Gate {
  /** Authenticates a request. `toFetch`: its GET may start a refresh. @throws Problem unauthenticated, too_many_failures, cross_site */
  admit(request: IncomingMessage, remoteAddress: string, toFetch?: boolean): Principal | Promise<Principal>;
  /** The key behind a secret, for signing in. @throws Problem unauthenticated, too_many_failures */
  admitSecret(secret: string, remoteAddress: string): Promise<Principal>;
  /** Those of the given keys and sessions that have ended, so that their open streams must end too. */
  ended(open: { keyIds: string[]; sessions: string[] }): Promise<{ keyIds: string[]; sessions: string[] }>;
  /** Drops a key and its sessions from the cache of this process. */
  forget(keyId: string): void;
  close(): Promise<void>;
}

interface Known {
  who: Principal;
  until: number;
}

/** Authenticates requests by API key or session cookie, with a cache of some seconds. */
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

  /** Requests with the same secret share one look-up. Only successful look-ups are cached. */
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
/** `none` is a typed address or a bookmark: no page can cause such a request. */
const FROM_US_OR_NOBODY: readonly Site[] = ['same-origin', 'none'];

/** The values of `Sec-Fetch-Site` that a request with a session cookie may have. */
function sitesOf({ method, headers }: IncomingMessage, toFetch: boolean): readonly Site[] {
  if (method === 'GET' && toFetch) return FROM_US_OR_NOBODY;
  const reads = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  return reads ? [headers['sec-fetch-site']] : FROM_US;
}

/** Null for a key that is unknown, revoked or expired; callers can't tell which. */
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
