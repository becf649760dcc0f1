import { WEBHOOK_EVENTS } from '@freshet/contracts';
import type { DeliveryView, EndpointView } from '@freshet/contracts/api';
import { newSecret, refuseUrl } from '@freshet/events';
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  type DeliveryRow,
  type EndpointRow,
  findEndpoint,
  listDeliveries,
  listEndpoints,
  replayDelivery,
  rotateEndpointSecret,
} from '@freshet/store';
import { actorOf } from '../access/actor.ts';
import { ownerOf } from '../access/owner.ts';
import type { Api } from '../api.ts';
import { routes } from '../http/ask.ts';
import { tagOfVersion } from '../http/etag.ts';
import { madeBefore } from '../http/idempotency.ts';
import { pageAnswer, pageAsk } from '../http/pages.ts';
import { Problem } from '../http/problem.ts';
import { changeVersion, isThere } from '../http/versions.ts';

/** Endpoints that webhooks are sent to, and the log of deliveries. Incoming webhooks are in `triggers.ts`. */
export function webhookRoutes(api: Api) {
  async function visible(id: string, ask: Parameters<typeof ownerOf>[0]): Promise<EndpointRow> {
    const row = await findEndpoint(api.pool, id, ownerOf(ask));
    if (!row) throw new Problem('not_found', 'There is no such endpoint.');
    return row;
  }

  function assertCallable(url: string | undefined): void {
    const trouble = url === undefined ? null : refuseUrl(url, { allowPrivate: api.config.allowPrivateWebhooks });
    if (!trouble) return;
    throw new Problem('invalid_request', {
      detail: `/url: ${trouble}`,
      errors: [{ pointer: '/url', detail: trouble }],
    });
  }

  return routes({
    'GET /api/v1/webhooks/endpoints': async (ask) => {
      const { limit, after } = pageAsk(ask.query, 'text');
      const rows = await listEndpoints(api.pool, { userId: ownerOf(ask), after: after?.[0], limit: limit + 1 });
      return pageAnswer(rows, { limit, url: ask.request.originalUrl }, endpointView, ({ id }) => [id]);
    },

    'POST /api/v1/webhooks/endpoints': async (ask) => {
      const { url, events = [...WEBHOOK_EVENTS] } = ask.body;
      assertCallable(url);
      const secret = newSecret();
      const before = madeBefore(ask, 'webhook_endpoint.created');
      const known = before && (await findEndpoint(api.pool, before, ask.who.userId));
      const row =
        known || (await createEndpoint(api.pool, { userId: ask.who.userId, url, events, secret }, actorOf(ask)));
      return {
        status: 201,
        body: { ...endpointView(row), secret: known ? null : secret },
        headers: { location: `/api/v1/webhooks/endpoints/${row.id}`, etag: tagOfVersion(row.version) },
        private: true,
      };
    },

    'GET /api/v1/webhooks/endpoints/{endpoint_id}': async (ask) => {
      const row = await visible(ask.path.endpoint_id, ask);
      return { body: endpointView(row), etag: tagOfVersion(row.version) };
    },

    'PATCH /api/v1/webhooks/endpoints/{endpoint_id}': async (ask) => {
      const before = await visible(ask.path.endpoint_id, ask);
      const { id } = before;
      assertCallable(ask.body.url);
      const ifMatch = ask.request.headers['if-match'];
      const row = isThere(ifMatch, ask.body, endpointView(before))
        ? before
        : await changeVersion(ifMatch, {
            change: (expected) => changeEndpoint(api.pool, id, expected, ask.body, actorOf(ask)),
            current: () => findEndpoint(api.pool, id, null),
            show: endpointView,
          });
      return { body: endpointView(row), headers: { etag: tagOfVersion(row.version) } };
    },

    'DELETE /api/v1/webhooks/endpoints/{endpoint_id}': async (ask) => {
      const { id } = await visible(ask.path.endpoint_id, ask);
      await changeVersion(ask.request.headers['if-match'], {
        change: (expected) => deleteEndpoint(api.pool, id, expected, actorOf(ask)),
        current: () => findEndpoint(api.pool, id, null),
        show: endpointView,
      });
      return { status: 204 };
    },

    'POST /api/v1/webhooks/endpoints/{endpoint_id}/rotate-secret': async (ask) => {
      const { id } = await visible(ask.path.endpoint_id, ask);
      const secret = newSecret();
      const row = await rotateEndpointSecret(api.pool, id, secret, actorOf(ask));
      if (!row) throw new Problem('not_found', 'There is no such endpoint.');
      return { body: { ...endpointView(row), secret }, headers: { etag: tagOfVersion(row.version) }, private: true };
    },

    'GET /api/v1/webhooks/deliveries': async (ask) => {
      const { limit, after } = pageAsk(ask.query, 'time', 'text');
      const rows = await listDeliveries(api.pool, {
        userId: ownerOf(ask),
        endpointId: ask.query.endpoint_id,
        state: ask.query.state,
        before: after && { createdAt: new Date(after[0]), id: after[1] },
        limit: limit + 1,
      });
      return pageAnswer(rows, { limit, url: ask.request.originalUrl }, deliveryView, ({ createdAt, id }) => [
        createdAt.toISOString(),
        id,
      ]);
    },

    'POST /api/v1/webhooks/deliveries/{delivery_id}/replay': async (ask) => {
      const row = await replayDelivery(api.pool, ask.path.delivery_id, ownerOf(ask), actorOf(ask));
      if (!row) throw new Problem('not_found', 'There is no such delivery.');
      if (row === 'off') {
        throw new Problem('conflict', 'Its endpoint is disabled: enable it first (PATCH it with {"enabled": true}).');
      }
      // Not rung here: the sweeper rings it within a second, in the user's turn, so that thousands of one user's don't delay others'.
      const location = `/api/v1/webhooks/deliveries?endpoint_id=${row.endpointId}`;
      return { status: 202, body: deliveryView(row), headers: { location, 'retry-after': '1' } };
    },
  });
}

function endpointView(row: EndpointRow): EndpointView {
  return {
    endpoint_id: row.id,
    user_id: row.userId,
    url: row.url,
    events: row.events,
    enabled: row.enabled,
    disabled_because: row.disabledWhy,
    version: row.version,
    created_at: row.createdAt.toISOString(),
  };
}

function deliveryView(row: DeliveryRow): DeliveryView {
  return {
    delivery_id: row.id,
    endpoint_id: row.endpointId,
    event: row.event,
    message_id: row.messageId,
    payload: row.payload,
    state: row.state,
    attempts: row.attempts,
    next_attempt_at: row.state === 'pending' ? row.nextAttemptAt.toISOString() : null,
    last_status: row.lastStatus,
    last_error: row.lastError,
    created_at: row.createdAt.toISOString(),
    delivered_at: row.deliveredAt?.toISOString() ?? null,
  };
}
