import type { TriggeredRefresh, TriggerView } from '@freshet/contracts/api';
import { newSecret, verifyWebhook } from '@freshet/events';
import {
  changeTrigger,
  createTrigger,
  deleteTrigger,
  findKeyById,
  findTrigger,
  listTriggers,
  type TriggerRow,
  triggerToFire,
} from '@freshet/store';
import { actorOf } from '../access/actor.ts';
import { ownerOf } from '../access/owner.ts';
import type { Principal } from '../access/principal.ts';
import type { Api } from '../api.ts';
import { routes } from '../http/ask.ts';
import { madeBefore, once } from '../http/idempotency.ts';
import { tagOfVersion } from '../http/etag.ts';
import { pageAnswer, pageAsk } from '../http/pages.ts';
import { Problem } from '../http/problem.ts';
import { changeVersion, isThere } from '../http/versions.ts';
import { assertMayRefresh } from '../refreshes/may-refresh.ts';
import { assertNamed, namedTarget } from '../refreshes/named.ts';

/** Webhooks that come in and start refreshes: theirs is the right of the key that made them, for as long as it is good. */
export function triggerRoutes(api: Api) {
  async function visible(id: string, ask: Parameters<typeof ownerOf>[0]): Promise<TriggerRow> {
    const row = await findTrigger(api.pool, id, ownerOf(ask));
    if (!row) throw new Problem('not_found', 'There is no such trigger.');
    return row;
  }

  /** Checked when it is made, so that its maker hears of a slip; later nobody would. */
  const assertRefresh = (refresh: TriggeredRefresh, who: Principal) => assertNamed(api.pool, who, refresh, '/refresh');

  return routes({
    'GET /api/v1/webhooks/triggers': async (ask) => {
      const { limit, after } = pageAsk(ask.query, 'text');
      const rows = await listTriggers(api.pool, { userId: ownerOf(ask), after: after?.[0], limit: limit + 1 });
      return pageAnswer(rows, { limit, url: ask.request.originalUrl }, triggerView, ({ id }) => [id]);
    },

    'POST /api/v1/webhooks/triggers': async (ask) => {
      await assertRefresh(ask.body.refresh, ask.who);
      const secret = newSecret();
      const before = madeBefore(ask, 'webhook_trigger.created');
      const known = before && (await findTrigger(api.pool, before, ask.who.userId));
      const row = known || (await createTrigger(api.pool, { ...ask.body, secret }, actorOf(ask)));
      return {
        status: 201,
        body: { ...triggerView(row), secret: known ? null : secret },
        headers: { location: triggerUrl(row.id), etag: tagOfVersion(row.version) },
        private: true,
      };
    },

    'GET /api/v1/webhooks/triggers/{trigger_id}': async (ask) => {
      const row = await visible(ask.path.trigger_id, ask);
      return { body: triggerView(row), etag: tagOfVersion(row.version) };
    },

    'PATCH /api/v1/webhooks/triggers/{trigger_id}': async (ask) => {
      const before = await visible(ask.path.trigger_id, ask);
      const { id } = before;
      if (ask.body.refresh) await assertRefresh(ask.body.refresh, ask.who);
      const ifMatch = ask.request.headers['if-match'];
      // Whoever changes a trigger of theirs lends it their key, which is a change where it has another.
      const lends = before.userId === ask.who.userId && before.keyId !== ask.who.keyId;
      const row =
        !lends && isThere(ifMatch, ask.body, triggerView(before))
          ? before
          : await changeVersion(ifMatch, {
              change: (expected) => changeTrigger(api.pool, id, expected, ask.body, actorOf(ask)),
              current: () => findTrigger(api.pool, id, null),
              show: triggerView,
            });
      return { body: triggerView(row), headers: { etag: tagOfVersion(row.version) } };
    },

    'DELETE /api/v1/webhooks/triggers/{trigger_id}': async (ask) => {
      const { id } = await visible(ask.path.trigger_id, ask);
      await changeVersion(ask.request.headers['if-match'], {
        change: (expected) => deleteTrigger(api.pool, id, expected, actorOf(ask)),
        current: () => findTrigger(api.pool, id, null),
        show: triggerView,
      });
      return { status: 204 };
    },

    'POST /api/v1/webhooks/triggers/{trigger_id}': async (ask) => {
      const trigger = await triggerToFire(api.pool, ask.path.trigger_id);
      const signed = trigger && verifyWebhook(ask.rawBody, ask.request.headers, [trigger.secret]);
      // A trigger that isn't there and a signature that isn't right look the same from outside.
      if (!trigger || !signed) {
        throw new Problem('unauthenticated', {
          detail: 'The signature is wrong, too old or missing.',
          headers: { 'www-authenticate': 'Standard-Webhooks' },
        });
      }
      const who = await ownerToday(trigger.keyId);
      const key = String(ask.request.headers['webhook-id']);
      const message = { principal: trigger.id, key, fingerprint: key, header: 'webhook-id' };
      return once(api.pool, message, async (known) => {
        const wish = wishOf(trigger.refresh as TriggeredRefresh, who);
        await assertMayRefresh(api.pool, who, wish);
        const { accepted, headers } = await api.door.open({
          ...wish,
          body: { ...wish.body, reason: wish.body.reason ?? `trigger ${trigger.name} (${trigger.kind})` },
          who,
          source: 'trigger',
          requestId: ask.requestId,
          remoteAddress: ask.remoteAddress,
          once: known,
        });
        return { status: 202, body: accepted, headers };
      });
    },
  });

  /** What the key may today, not what it might when the trigger was made. */
  async function ownerToday(keyId: string): Promise<Principal> {
    const row = await findKeyById(api.pool, keyId);
    const ended = !row || row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= api.now());
    if (ended)
      throw new Problem('forbidden', 'The key that made this trigger is no longer good: change it with another.');
    const { id, userId, role, name, prefix, expiresAt } = row;
    return { keyId: id, userId, role, keyName: name, prefix, expiresAt, via: 'key', session: null };
  }
}

/** A trigger's refresh as a manual one would be asked for. */
function wishOf(refresh: TriggeredRefresh, who: Principal) {
  const { kind, user_id: _user, watchlist_id: _watchlist, index: _index, sector: _sector, ...body } = refresh;
  const target = namedTarget(who, refresh);
  return { kind, target, body, symbols: body.symbols };
}

function triggerUrl(id: string): string {
  return `/api/v1/webhooks/triggers/${id}`;
}

function triggerView(row: TriggerRow): TriggerView {
  return {
    trigger_id: row.id,
    user_id: row.userId,
    name: row.name,
    kind: row.kind as TriggerView['kind'],
    refresh: row.refresh as TriggeredRefresh,
    enabled: row.enabled,
    version: row.version,
    created_at: row.createdAt.toISOString(),
    url: triggerUrl(row.id),
  };
}
