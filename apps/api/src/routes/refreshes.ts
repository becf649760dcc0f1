import { viewOf } from '@freshet/contracts';
import type { DataKind } from '@freshet/contracts';
import { cancelRefresh, type ItemRow, type ListedRefresh, listItems, listRefreshes } from '@freshet/store';
import { actorOf } from '../access/actor.ts';
import type { Api } from '../api.ts';
import type { Answer } from '../http/answer.ts';
import { type Ask, routes } from '../http/ask.ts';
import { pageAnswer, pageAsk } from '../http/pages.ts';
import { Problem } from '../http/problem.ts';
import { estimateRefresh } from '../refreshes/estimate-refresh.ts';
import type { KnownView } from '../refreshes/views.ts';
import { visibleRefresh } from '../refreshes/visible.ts';

/** Polling, listing, cancelling and estimating refreshes. Their event streams are in `streams.ts`. */
export function refreshRoutes(api: Api) {
  return routes({
    'GET /api/v1/refreshes/{refresh_id}': (ask) => {
      // A cached view that needs no check of its callers is answered in the same turn of the event loop.
      const held = ask.reach === 'any' && ask.waitS === null ? api.views.get(ask.path.refresh_id) : null;
      return held && !(held instanceof Promise) ? poll(held) : pollWaiting(api, ask);
    },

    'GET /api/v1/refreshes/{refresh_id}/items': async (ask) => {
      const id = ask.path.refresh_id;
      await visibleRefresh(api, id, ask);
      const { limit, after } = pageAsk(ask.query, 'text', 'text');
      const rows = await listItems(api.pool, id, {
        state: ask.query.state,
        after: after && { data: after[0], subject: after[1] },
        limit: limit + 1,
      });
      return pageAnswer(rows, { limit, url: ask.request.originalUrl }, itemView, ({ data, subject }) => [
        data,
        subject,
      ]);
    },

    'GET /api/v1/refreshes': async (ask) => {
      const { limit, after } = pageAsk(ask.query, 'time', 'text');
      const { status, kind, requested_by: by, since } = ask.query;
      const rows = await listRefreshes(api.pool, {
        status,
        kind,
        requestedBy: by === 'me' ? ask.who.userId : by,
        since: since === undefined ? undefined : new Date(since),
        visibleTo: ask.reach === 'own' ? ask.who.userId : undefined,
        before: after && { acceptedAt: new Date(after[0]), id: after[1] },
        limit: limit + 1,
      });
      return pageAnswer(rows, { limit, url: ask.request.originalUrl }, rowView, ({ acceptedAt, id }) => [
        acceptedAt.toISOString(),
        id,
      ]);
    },

    'DELETE /api/v1/refreshes/{refresh_id}': async (ask) => {
      const id = ask.path.refresh_id;
      const everyone = ask.reach === 'any';
      if (!everyone && !(await api.views.isCaller(id, ask.who.userId))) {
        throw new Problem('not_found', 'There is no such refresh among those that you asked for or joined.');
      }
      const { userId } = ask.who;
      const cancelled = await cancelRefresh(api.pool, id, { userId, everyone, actor: actorOf(ask) });
      const known = await api.views.reread(id);
      if (!known) throw new Problem('not_found', 'There is no such refresh.');
      if (!cancelled)
        throw new Problem(
          'already_ended',
          `The refresh has ended already, as ${known.view.status}. There is nothing left to cancel.`,
        );
      if (cancelled.stopped) {
        for (const change of cancelled.changed) api.hints.announce(change);
        api.producer.ringNext(cancelled.next).catch((error: unknown) => {
          api.log.warn(
            { err: error, request_id: ask.requestId },
            'the refresh that waited for a cancelled one was not rung: the sweeper rings it',
          );
        });
        api.producer.cancelRefresh(id).catch((error: unknown) => {
          api.log.warn(
            { err: error, refresh_id: id, request_id: ask.requestId },
            'a refresh was cancelled, but its job was not removed from the queue',
          );
        });
      }
      const detail = cancelled.stopped
        ? 'The refresh has stopped.'
        : 'You are detached from the refresh. It goes on for others who asked for it.';
      return { body: { refresh_id: id, cancelled: cancelled.stopped, detail } };
    },

    'POST /api/v1/refreshes/estimate': async (ask) => ({ body: await estimateRefresh(api, ask.who, ask.body) }),
  });
}

async function pollWaiting(api: Api, ask: Ask<'GET /api/v1/refreshes/{refresh_id}'>): Promise<Answer> {
  const id = ask.path.refresh_id;
  let known = await visibleRefresh(api, id, ask);
  if (ask.waitS === null || known.final) return poll(known);
  known = (await api.views.waitForEnd(id, ask.waitS * 1_000, ask.gone)) ?? known;
  return poll(known, { 'preference-applied': `wait=${ask.waitS}`, vary: 'Prefer' });
}

/** The most frequent answer of all; its bytes were made when the row was read. */
export function poll(known: KnownView, headers: Record<string, string> = {}): Answer {
  if ('poll_after_ms' in known.view) headers['retry-after'] = String(Math.ceil(known.view.poll_after_ms / 1_000));
  return { raw: known.body, etag: known.etag, headers };
}

function itemView(row: ItemRow) {
  return {
    subject: row.subject,
    data: row.data as DataKind,
    state: row.state,
    reason: row.reason,
    detail: row.detail,
    source: row.source,
    chain: row.chain ?? [],
    next_refresh_at: row.nextRefreshAt?.toISOString() ?? null,
    settled_at: row.settledAt?.toISOString() ?? null,
  };
}

function rowView(record: ListedRefresh) {
  return {
    ...viewOf(record, new Date()),
    requested_by: record.requestedBy,
    request_reason: record.requestReason,
    status_url: `/api/v1/refreshes/${record.id}`,
  };
}
