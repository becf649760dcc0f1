import type { KeyView, UserView } from '@freshet/contracts/api';
import {
  createKey,
  createUser,
  findKeyById,
  findUser,
  type KeyRow,
  listKeyPage,
  listUsers,
  revokeKey,
  type UserRow,
  userExists,
  withTx,
  writeAudit,
} from '@freshet/store';
import type { Api } from '../api.ts';
import { actorOf } from '../access/actor.ts';
import { routes } from '../http/ask.ts';
import { madeBefore } from '../http/idempotency.ts';
import { pageAnswer, pageAsk } from '../http/pages.ts';
import { Problem } from '../http/problem.ts';
import { limitsOf } from '../refreshes/creation-limits.ts';

/** The caller itself, users, and keys. */
export function peopleRoutes(api: Api) {
  return routes({
    'GET /api/v1/me': async ({ who }) => {
      const user = await findUser(api.pool, who.userId);
      const limits = limitsOf(who, api.config.limits);
      const named = [
        { name: 'hour', ...limits?.perWindow },
        { name: 'burst', ...limits?.burst },
        { name: 'cooldown', limit: limits?.cooldownS ? 1 : undefined, seconds: limits?.cooldownS ?? undefined },
      ];
      return {
        body: {
          user_id: who.userId,
          name: user?.name ?? '',
          role: who.role,
          key: {
            key_id: who.keyId,
            name: who.keyName,
            prefix: who.prefix,
            expires_at: who.expiresAt?.toISOString() ?? null,
          },
          limits: named.flatMap(({ name, limit, seconds }) =>
            limit !== undefined && seconds !== undefined ? [{ name, limit, window_s: seconds }] : [],
          ),
        },
      };
    },

    'GET /api/v1/users': async ({ who, reach, query, request }) => {
      const { limit, after } = pageAsk(query, 'text');
      const only = reach === 'own' ? who.userId : undefined;
      const rows = await listUsers(api.pool, { only, after: after?.[0], limit: limit + 1 });
      return pageAnswer(rows, { limit, url: request.originalUrl }, userView, ({ id }) => [id]);
    },

    'POST /api/v1/users': async (ask) => {
      const before = madeBefore(ask, 'user.created');
      const user = await withTx(api.pool, async (client) => {
        if (before) return findUser(client, before);
        const created = await createUser(client, ask.body.name);
        if (created) await writeAudit(client, actorOf(ask), { action: 'user.created', subject: created.id });
        return created;
      });
      if (!user) throw new Problem('conflict', 'A user with this name exists already. Choose another name.');
      return { status: 201, body: userView(user), headers: { location: `/api/v1/users/${user.id}` } };
    },

    'GET /api/v1/users/{user_id}': async ({ who, reach, path }) => {
      const id = path.user_id === 'me' ? who.userId : path.user_id;
      const user = reach === 'own' && id !== who.userId ? null : await findUser(api.pool, id);
      if (!user) throw new Problem('not_found', 'There is no such user.');
      return { body: userView(user) };
    },

    'GET /api/v1/keys': async ({ who, reach, query, request }) => {
      const { limit, after } = pageAsk(query, 'text');
      const wanted = query.user_id === 'me' ? who.userId : (query.user_id ?? null);
      const userId = reach === 'own' ? who.userId : wanted;
      const rows = await listKeyPage(api.pool, { userId, after: after?.[0], limit: limit + 1 });
      return pageAnswer(rows, { limit, url: request.originalUrl }, keyView, ({ id }) => [id]);
    },

    'POST /api/v1/keys': async (ask) => {
      const { name, role, user_id, expires_in_s } = ask.body;
      const userId = user_id === undefined || user_id === 'me' ? ask.who.userId : user_id;
      if (!(await userExists(api.pool, userId))) throw new Problem('not_found', 'There is no such user.');
      const expiresAt = expires_in_s === undefined ? null : new Date(api.now().getTime() + expires_in_s * 1_000);
      const before = madeBefore(ask, 'key.created');
      const known = before ? await findKeyById(api.pool, before) : null;
      if (known) return { status: 201, body: { ...keyView(known), secret: null }, private: true };
      const key = await withTx(api.pool, async (client) => {
        const created = await createKey(client, { userId, role: role ?? ask.who.role, name, expiresAt });
        const detail = { role: created.role, user_id: userId };
        await writeAudit(client, actorOf(ask), { action: 'key.created', subject: created.id, detail });
        return created;
      });
      return { status: 201, body: { ...keyView(key), secret: key.secret }, private: true };
    },

    'DELETE /api/v1/keys/{key_id}': async (ask) => {
      const id = ask.path.key_id;
      const revoked = await withTx(api.pool, async (client) => {
        const done = await revokeKey(client, id, ask.reach === 'own' ? ask.who.userId : null);
        if (done) await writeAudit(client, actorOf(ask), { action: 'key.revoked', subject: id });
        return done;
      });
      if (!revoked) throw new Problem('not_found', 'There is no such key, or it was revoked already.');
      api.gate.forget(id);
      return { status: 204 };
    },
  });
}

function userView({ id, name, createdAt }: UserRow): UserView {
  return { user_id: id, name, created_at: createdAt.toISOString() };
}

function keyView(row: KeyRow): KeyView {
  return {
    key_id: row.id,
    user_id: row.userId,
    role: row.role,
    name: row.name,
    prefix: row.prefix,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt?.toISOString() ?? null,
    revoked_at: row.revokedAt?.toISOString() ?? null,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
  };
}
