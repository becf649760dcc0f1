import { z } from 'zod';
import { FRESHNESS, SESSION_STATES } from '../vocabulary.ts';
import { flag, moment, operationsOf, pageOf, paging, pagingOfAll, when } from './operation.ts';

const tag = 'Operations';
const since = moment.optional();

export const AnomalyView = z
  .strictObject({
    anomaly_id: z.string(),
    symbol: z.string(),
    check: z.string(),
    state: z.string(),
    source: z.string(),
    price: z.number().nullable(),
    expected: z.number().nullable(),
    detail: z.string(),
    refresh_id: z.string().nullable(),
    at: when,
    resolved_at: when.nullable(),
    resolution: z.string().nullable(),
  })
  .meta({ id: 'Anomaly' });

export const AlertView = z
  .strictObject({
    alert_id: z.string(),
    name: z.string(),
    subject: z.string(),
    severity: z.string(),
    detail: z.string(),
    created_at: when,
    resolved_at: when.nullable(),
  })
  .meta({ id: 'Alert' });

export const AuditEntry = z
  .strictObject({
    audit_id: z.string(),
    at: when,
    key_id: z.string().nullable(),
    user_id: z.string().nullable(),
    role: z.string().nullable(),
    action: z.string(),
    subject: z.string().nullable(),
    detail: z.unknown().nullable(),
    request_id: z.string().nullable(),
    remote_address: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });

export const QueueView = z
  .strictObject({
    queue: z.string(),
    pending: z.int(),
    processing: z.int(),
    completed: z.int(),
    failed: z.int(),
    delayed: z.int(),
    parked_ms: z.number(),
    oldest_wait_ms: z.number().nullable(),
  })
  .meta({ id: 'Queue' });

export const FailedJobView = z
  .strictObject({
    id: z.string(),
    queue: z.string(),
    job_id: z.string(),
    data: z.record(z.string(), z.unknown()),
    error: z.string(),
    attempts: z.int(),
    failed_at: when,
    logs: z.array(z.string()),
  })
  .meta({ id: 'FailedJob' });

export const observationOperations = operationsOf({
  'GET /api/v1/freshness': {
    tag,
    summary: 'The age of every symbol, for the map',
    description: 'Its ETag stays while only ages have grown: `age_s` is of `as_of`.',
    query: z.strictObject(pagingOfAll),
    answers: {
      200: z.strictObject({
        as_of: when,
        counts: z.record(z.string(), z.int()),
        data: z.array(
          z.strictObject({
            symbol: z.string(),
            name: z.string(),
            class: z.string(),
            sector: z.string().nullable(),
            status: z.string(),
            freshness: z.enum(FRESHNESS).nullable(),
            age_s: z.number().nullable(),
            session: z.enum(SESSION_STATES),
            source: z.string().nullable(),
            quality: z.number().nullable(),
          }),
        ),
        next_cursor: z.string().nullable(),
      }),
    },
  },
  'GET /api/v1/anomalies': {
    tag,
    summary: 'Prices that the checks held, newest first',
    query: z.strictObject({
      ...paging,
      symbol: z.string().max(32).optional(),
      state: z.string().max(20).optional(),
      since,
    }),
    answers: { 200: pageOf(AnomalyView) },
  },
  'GET /api/v1/alerts': {
    tag,
    summary: 'Alerts, newest first',
    query: z.strictObject({ ...paging, open: flag.optional().describe('true: only those that are not resolved') }),
    answers: { 200: pageOf(AlertView) },
  },
  'GET /api/v1/audit': {
    tag,
    summary: 'Who changed what, when, from where; refreshes included',
    query: z.strictObject({
      ...paging,
      user_id: z.string().max(100).optional().describe('or `me`'),
      action: z.string().max(60).optional(),
      since,
    }),
    answers: { 200: pageOf(AuditEntry) },
  },
  'GET /api/v1/queues': {
    tag,
    summary: 'What stands in every queue',
    query: z.strictObject(pagingOfAll),
    answers: { 200: z.strictObject({ data: z.array(QueueView), next_cursor: z.string().nullable() }) },
  },
  'GET /api/v1/failed': {
    tag,
    summary: 'Jobs that rest after their last attempt, newest first',
    query: z.strictObject(paging),
    answers: { 200: pageOf(FailedJobView) },
  },
  'POST /api/v1/failed/{id}/retry': {
    tag,
    summary: 'Try a failed job again; what belonged to a refresh that has ended is asked for anew',
    path: z.strictObject({ id: z.string().max(300) }),
    creates: true,
    answers: {
      202: z.strictObject({
        status: z.literal('queued'),
        id: z.string(),
        refresh_id: z.string().optional().describe('asked for anew, where the refresh of the job has ended'),
      }),
    },
  },
  'POST /api/v1/failed/retry-all': {
    tag,
    summary: 'Try all failed jobs again',
    creates: true,
    answers: { 202: z.strictObject({ status: z.literal('queued'), retried: z.int() }) },
  },
  'DELETE /api/v1/failed': {
    tag,
    summary: 'Throw all failed jobs away',
    answers: { 200: z.strictObject({ removed: z.int() }) },
  },
});
