import { ageS, calendarOf, freshnessOf } from '@freshet/calendar';
import type { FailedJob } from '@freshet/queue';
import {
  type AlertRow,
  type AnomalyRow,
  type AuditRow,
  type FreshnessRow,
  freshnessRows,
  listAlerts,
  listAnomalies,
  listAudit,
  writeAudit,
} from '@freshet/store';
import { actorOf } from '../access/actor.ts';
import type { Api } from '../api.ts';
import { routes } from '../http/ask.ts';
import { tagOfWhatIsTold } from '../http/etag.ts';
import { pageAnswer, pageAsk, pageOfAll } from '../http/pages.ts';
import { Problem } from '../http/problem.ts';
import { numeric } from '../market/quote-view.ts';
import { beginAgain } from '../refreshes/again.ts';

/** A retried job can be followed in its queue. */
const ON_ITS_WAY = { location: '/api/v1/queues', 'retry-after': '1' };

/** For operators: freshness, anomalies, alerts, the audit log, queues and failed jobs. */
export function observationRoutes(api: Api) {
  return routes({
    'GET /api/v1/freshness': async ({ query, request }) => {
      const now = api.now();
      const rows = await freshnessRows(api.pool);
      const data = rows.map((row) => freshnessView(row, now));
      const counts: Record<string, number> = {};
      for (const { freshness } of data) counts[freshness ?? 'none'] = (counts[freshness ?? 'none'] ?? 0) + 1;
      const { body, headers } = pageOfAll(data, { query, url: request.originalUrl }, ({ symbol }) => symbol);
      const told = { counts, ...body, data: body.data.map(agelessOf(rows)) };
      return { body: { as_of: now.toISOString(), counts, ...body }, etag: tagOfWhatIsTold(told), headers };
    },

    'GET /api/v1/anomalies': async ({ query, request }) => {
      const { limit, after } = pageAsk(query, 'time', 'number');
      const rows = await listAnomalies(api.pool, {
        symbol: query.symbol?.toUpperCase(),
        state: query.state,
        since: dateOf(query.since),
        before: after && { at: new Date(after[0]), id: after[1] },
        limit: limit + 1,
      });
      return pageAnswer(rows, { limit, url: request.originalUrl }, anomalyView, ({ at, id }) => [at.toISOString(), id]);
    },

    'GET /api/v1/alerts': async ({ query, request }) => {
      const { limit, after } = pageAsk(query, 'number');
      const rows = await listAlerts(api.pool, { open: query.open, before: after?.[0], limit: limit + 1 });
      return pageAnswer(rows, { limit, url: request.originalUrl }, alertView, ({ id }) => [id]);
    },

    'GET /api/v1/audit': async ({ query, request, who }) => {
      const { limit, after } = pageAsk(query, 'time', 'text');
      const rows = await listAudit(api.pool, {
        userId: query.user_id === 'me' ? who.userId : query.user_id,
        action: query.action,
        since: dateOf(query.since),
        before: after && { at: new Date(after[0]), id: after[1] },
        limit: limit + 1,
      });
      return pageAnswer(rows, { limit, url: request.originalUrl }, auditView, ({ at, id }) => [at.toISOString(), id]);
    },

    'GET /api/v1/queues': async ({ query, request }) => {
      const data = (await api.producer.queueStats()).map((stats) => ({
        queue: stats.queue,
        pending: stats.pending,
        processing: stats.active,
        completed: stats.completed,
        failed: stats.failed,
        delayed: stats.delayed,
        parked_ms: stats.parkedMs,
        oldest_wait_ms: stats.oldestWaitMs,
      }));
      return pageOfAll(data, { query, url: request.originalUrl }, ({ queue }) => queue);
    },

    'GET /api/v1/failed': async ({ query, request }) => {
      const { limit, after } = pageAsk(query, 'time', 'text', 'text');
      const rows = await api.producer.failedJobs({
        after: after && { failedAt: new Date(after[0]), queue: after[1], jobId: after[2] },
        limit: limit + 1,
      });
      const placeOf = ({ failedAt, queue, jobId }: FailedJob) => [failedAt.toISOString(), queue, jobId];
      return pageAnswer(rows, { limit, url: request.originalUrl }, failedView, placeOf);
    },

    'POST /api/v1/failed/{id}/retry': async (ask) => {
      const { id } = ask.path;
      const again = beginAgain(api, ask);
      const retried = await api.producer.retryFailed(id, again);
      if (!retried) throw new Problem('not_found', 'There is no such failed job.');
      await writeAudit(api.pool, actorOf(ask), { action: 'failed.retried', subject: id });
      const refresh_id = await again(retried);
      return { status: 202, body: { status: 'queued', id, ...(refresh_id && { refresh_id }) }, headers: ON_ITS_WAY };
    },

    'POST /api/v1/failed/retry-all': async (ask) => {
      const jobs = await api.producer.retryAllFailed({ before: beginAgain(api, ask) });
      const retried = jobs.length;
      await writeAudit(api.pool, actorOf(ask), { action: 'failed.retried_all', subject: null, detail: { retried } });
      return { status: 202, body: { status: 'queued', retried }, headers: ON_ITS_WAY };
    },

    'DELETE /api/v1/failed': async (ask) => {
      const removed = await api.producer.drainFailed();
      await writeAudit(api.pool, actorOf(ask), { action: 'failed.drained', subject: null, detail: { removed } });
      return { body: { removed } };
    },
  });
}

function freshnessView(row: FreshnessRow, now: Date) {
  const calendar = calendarOf(row.calendar);
  const { quoteTime, fetchedAt, delayS } = row;
  const held = quoteTime && fetchedAt ? { quoteTime, fetchedAt, delayS: delayS ?? 0 } : null;
  return {
    symbol: row.symbol,
    name: row.name,
    class: row.class,
    sector: row.sector,
    status: row.status,
    freshness: held && freshnessOf(held, calendar, now),
    age_s: held && Math.round(ageS(held.fetchedAt, held.delayS, now)),
    session: calendar.sessionAt(now).state,
    source: row.source,
    quality: row.quality,
  };
}

/** The view for the ETag: it has the time of the price instead of the age, which grows all the time. */
function agelessOf(rows: readonly FreshnessRow[]) {
  const fetchedAt = new Map(rows.map((row) => [row.symbol, row.fetchedAt]));
  return (view: ReturnType<typeof freshnessView>) => ({ ...view, age_s: fetchedAt.get(view.symbol) });
}

function anomalyView(row: AnomalyRow) {
  return {
    anomaly_id: String(row.id),
    symbol: row.symbol,
    check: row.check,
    state: row.state,
    source: row.source,
    price: numeric(row.price),
    expected: numeric(row.expected),
    detail: row.detail,
    refresh_id: row.refreshId,
    at: row.at.toISOString(),
    resolved_at: row.resolvedAt?.toISOString() ?? null,
    resolution: row.resolution,
  };
}

function alertView({ id, createdAt, resolvedAt, ...row }: AlertRow) {
  return {
    alert_id: String(id),
    ...row,
    created_at: createdAt.toISOString(),
    resolved_at: resolvedAt?.toISOString() ?? null,
  };
}

function auditView(row: AuditRow) {
  return {
    audit_id: row.id,
    at: row.at.toISOString(),
    key_id: row.keyId,
    user_id: row.userId,
    role: row.role,
    action: row.action,
    subject: row.subject,
    detail: row.detail,
    request_id: row.requestId,
    remote_address: row.remoteAddress,
  };
}

function failedView({ jobId, failedAt, ...job }: FailedJob) {
  return { ...job, job_id: jobId, failed_at: failedAt.toISOString() };
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
