import type { Request, Response } from 'express';
import { openSession, useSignInLink, writeAudit } from '@freshet/store';
import type { Api } from '../api.ts';
import { sessionCookie } from '../access/cookie.ts';
import { queryOf } from '../http/check.ts';
import { markOf } from '../http/mark.ts';
import { isSecure } from '../routes/session.ts';
import { plainPage } from './plain-page.ts';

/** Answers the one-time sign-in link: uses it up, sets the session cookie and redirects to the dashboard. HEAD doesn't use it up. */
export function signIn(api: Pick<Api, 'pool' | 'config'>) {
  return async (request: Request, response: Response): Promise<void> => {
    if (request.method === 'HEAD') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end();
      return;
    }
    const { token } = queryOf(request.url);
    const key = typeof token === 'string' && token.length <= 200 ? await useSignInLink(api.pool, token) : null;
    if (!key || key.revokedAt) {
      plainPage(
        response,
        403,
        'This link has been used or is too old',
        'Sign in with a key on the dashboard, or make a new link with freshet sign-in.',
      );
      return;
    }
    const { requestId, remoteAddress } = markOf(request);
    const actor = { keyId: key.id, userId: key.userId, role: key.role, requestId, remoteAddress };
    await writeAudit(api.pool, actor, { action: 'session.opened', subject: key.id, detail: { by: 'link' } });
    response.writeHead(302, {
      location: '/',
      'set-cookie': sessionCookie(await openSession(api.pool, key.id), isSecure(api, request)),
      'cache-control': 'no-store',
      // The used-up token is in the address, which must not reach other sites.
      'referrer-policy': 'no-referrer',
    });
    response.end();
  };
}
