import type { Request } from 'express';
import { closeSession, createSignInLink, findUser, openSession, writeAudit } from '@freshet/store';
import type { Api } from '../api.ts';
import { actorOf } from '../access/actor.ts';
import { endedCookie, sessionCookie, sessionToken } from '../access/cookie.ts';
import type { Principal } from '../access/principal.ts';
import { routes } from '../http/ask.ts';

const LINK_S = 15 * 60;

/** Signs browsers in and out, and makes sign-in links. `pages/sign-in.ts` answers the links. */
export function sessionRoutes(api: Api) {
  async function sessionView(who: Principal) {
    const user = await findUser(api.pool, who.userId);
    return {
      user_id: who.userId,
      name: user?.name ?? '',
      role: who.role,
      expires_at: who.expiresAt?.toISOString() ?? null,
    };
  }

  return routes({
    'POST /api/v1/session': async (ask) => {
      const who = await api.gate.admitSecret(ask.body.key, ask.remoteAddress);
      const token = await openSession(api.pool, who.keyId);
      await writeAudit(api.pool, actorOf({ ...ask, who }), { action: 'session.opened', subject: who.keyId });
      return {
        body: await sessionView(who),
        headers: { 'set-cookie': sessionCookie(token, isSecure(api, ask.request)) },
        private: true,
      };
    },

    'GET /api/v1/session': async ({ who }) => ({ body: await sessionView(who) }),

    'DELETE /api/v1/session': async (ask) => {
      const token = sessionToken(ask.request.headers.cookie);
      if (token) await closeSession(api.pool, token);
      api.gate.forget(ask.who.keyId);
      await writeAudit(api.pool, actorOf(ask), { action: 'session.closed', subject: ask.who.keyId });
      return { status: 204, headers: { 'set-cookie': endedCookie(isSecure(api, ask.request)) } };
    },

    'POST /api/v1/session/links': async (ask) => {
      const token = await createSignInLink(api.pool, ask.who.keyId);
      await writeAudit(api.pool, actorOf(ask), { action: 'session.link_created', subject: ask.who.keyId });
      const path = `/sign-in?token=${token}`;
      const base = api.config.publicUrl ?? `${ask.request.protocol}://${ask.request.host}`;
      const body = { path, url: `${base}${path}`, expires_in_s: LINK_S };
      return { status: 201, body, private: true, secrets: ['path', 'url'] };
    },
  });
}

/** Whether the browser uses https: only then can the cookie be Secure. */
export function isSecure({ config }: Pick<Api, 'config'>, request: Request): boolean {
  return request.secure || (config.publicUrl?.startsWith('https:') ?? false);
}
