import { z } from 'zod';
import { FRESHNESS, SESSION_STATES } from '../vocabulary.ts';
import { flag, moment, nextCursor, operationsOf, pageOf, paging, pagingOfAll, when } from './operation.ts';

const tag = 'Operations';
const since = moment.optional().describe('Only what happened at or after this moment');

export const AnomalyView = z
  .strictObject({
    anomaly_id: z.string(),
    symbol: z.string(),
    check: z.string().describe('Name of the check that objected'),
    state: z.string(),
    source: z.string().describe('The provider of the price'),
    price: z.number().nullable(),
    expected: z.number().nullable().describe('The price that the check would have expected, where it can say'),
    detail: z.string(),
    refresh_id: z.string().nullable().describe('The refresh that brought the price'),
    at: when.describe('When the check objected'),
    resolved_at: when.nullable(),
    resolution: z.string().nullable().describe('How it was resolved'),
  })
  .meta({ id: 'Anomaly' });

export const AlertView = z
  .strictObject({
    alert_id: z.string(),
    name: z.string(),
    subject: z.string().describe('What the alert is about, such as a provider or a queue'),
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
    action: z.string().describe('What was done, such as `portfolio.changed`'),
    subject: z.string().nullable().describe('The id of what it was done to'),
    detail: z.unknown().nullable(),
    request_id: z.string().nullable().describe('X-Request-Id of the request that did it'),
    remote_address: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });

export const QueueView = z
  .strictObject({
    queue: z.string(),
    pending: z.int().describe('Jobs that wait, including delayed ones'),
    processing: z.int().describe('Jobs that a worker has'),
    completed: z.int(),
    failed: z.int().describe('Jobs that failed at their last attempt and rest until they are retried'),
    delayed: z.int().describe('Waiting jobs that must not start yet'),
    parked_ms: z.number().describe('For how long no job of this queue starts, because the quota is spent'),
    oldest_wait_ms: z.number().nullable().describe('How long the oldest waiting job has waited'),
  })
  .meta({ id: 'Queue' });

export const FailedJobView = z
  .strictObject({
    id: z.string().describe('What `POST /api/v1/failed/{id}/retry` takes'),
    queue: z.string(),
    job_id: z.string().describe('The id of the job in its queue'),
    data: z.record(z.string(), z.unknown()),
    error: z.string().describe('The error of the last attempt'),
    attempts: z.int(),
    failed_at: when,
    logs: z.array(z.string()),
  })
  .meta({ id: 'FailedJob' });

export const observationOperations = operationsOf({
  'GET /api/v1/freshness': {
    tag,
    summary: 'How old the price of every symbol is',
    description: '`age_s` is the age at `as_of`. The ETag does not change while only ages grow.',
    query: z.strictObject(pagingOfAll),
    answers: {
      200: z.strictObject({
        as_of: when,
        counts: z.record(z.string(), z.int()).describe('Symbols by freshness; `none`: without a price'),
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
        next_cursor: nextCursor,
      }),
    },
  },
  'GET /api/v1/anomalies': {
    tag,
    summary: 'Prices that a check objected to, newest first',
    query: z.strictObject({
      ...paging,
      symbol: z.string().max(32).optional().describe('Only those of this symbol'),
      state: z.string().max(20).optional().describe('Only those in this state'),
      since,
    }),
    answers: { 200: pageOf(AnomalyView) },
  },
  'GET /api/v1/alerts': {
    tag,
    summary: 'Alerts, newest first',
    query: z.strictObject({
      ...paging,
      open: flag.optional().describe('true: only alerts that are not resolved; false: only resolved ones'),
    }),
    answers: { 200: pageOf(AlertView) },
  },
  'GET /api/v1/audit': {
    tag,
    summary: 'The audit log: who changed or refreshed what, when and from where',
    query: z.strictObject({
      ...paging,
      user_id: z.string().max(100).optional().describe('A user id, or `me`: only what this user did'),
      action: z.string().max(60).optional().describe('Only this action, such as `portfolio.changed`'),
      since,
    }),
    answers: { 200: pageOf(AuditEntry) },
  },
  'GET /api/v1/queues': {
    tag,
    summary: 'Every queue, with its numbers of jobs',
    query: z.strictObject(pagingOfAll),
    answers: { 200: pageOf(QueueView) },
  },
  'GET /api/v1/failed': {
    tag,
    summary: 'Jobs that failed at their last attempt, newest first',
    query: z.strictObject(paging),
    answers: { 200: pageOf(FailedJobView) },
  },
  'POST /api/v1/failed/{id}/retry': {
    tag,
    summary: 'Retry a failed job; if its refresh has ended, start a new refresh of the same',
    path: z.strictObject({ id: z.string().max(300).describe('`id` of the list of failed jobs') }),
    creates: true,
    answers: {
      202: z.strictObject({
        status: z.literal('queued'),
        id: z.string(),
        refresh_id: z.string().optional().describe('The new refresh, if the refresh of the job had ended'),
      }),
    },
  },
  'POST /api/v1/failed/retry-all': {
    tag,
    summary: 'Retry all failed jobs',
    creates: true,
    answers: { 202: z.strictObject({ status: z.literal('queued'), retried: z.int() }) },
  },
  'DELETE /api/v1/failed': {
    tag,
    summary: 'Remove all failed jobs',
    answers: { 200: z.strictObject({ removed: z.int() }) },
  },
});
