import { z } from 'zod';
import { Estimate, RefreshAccepted, RefreshBody, RefreshItemView, RefreshResult, RefreshView } from '../refresh.ts';
import { REFRESH_KINDS, REFRESH_STATUSES, SKIP_REASONS } from '../vocabulary.ts';
import { moment, operationsOf, pageOf, paging, when } from './operation.ts';

const tag = 'Refreshes';
const started = { 202: RefreshAccepted, 200: RefreshResult };
const refreshId = z.strictObject({ refresh_id: z.string() });

/** What would be asked of whom, and how long it would take. Nothing is enqueued. */
export const EstimateDetail = z
  .strictObject({
    ...Estimate.shape,
    symbols: z.int().describe('Symbols in scope'),
    fetches: z.strictObject({ quotes: z.int(), bars: z.int() }),
    skipped: z.partialRecord(z.enum(SKIP_REASONS), z.int()),
    no_provider: z.array(z.string()).describe('Symbols that no enabled provider serves'),
    portfolios: z.int(),
    strategies: z.int(),
    next_refresh_at: when.nullable(),
  })
  .meta({ id: 'EstimateDetail' });
export type EstimateDetail = z.infer<typeof EstimateDetail>;

export const EstimateBody = RefreshBody.extend({
  kind: z.enum(REFRESH_KINDS).optional().describe('Default: symbols when symbols are named, else prices'),
  user_id: z.string().optional(),
  watchlist_id: z.string().optional(),
  index: z.string().optional(),
  sector: z.string().optional(),
}).meta({ id: 'EstimateBody' });

/** A refresh in a list: its view, who asked and why. */
export const RefreshRow = z.looseObject({
  status: z.enum(REFRESH_STATUSES),
  refresh_id: z.string(),
  requested_by: z.string().nullable(),
  request_reason: z.string().nullable(),
  status_url: z.string(),
});

export const refreshOperations = operationsOf({
  'GET /api/v1/refreshes/{refresh_id}': {
    waits: true,
    headers: ['Retry-After', 'Preference-Applied'],
    tag,
    summary: 'How far a refresh is, or how it ended',
    description:
      'Carries Retry-After while it runs. Prefer: wait=N holds the answer until the end, and tells how far it is when the time is up.',
    path: refreshId,
    answers: { 200: RefreshView },
    aliases: ['/api/v1/manual/refresh/{refresh_id}'],
  },
  'POST /api/v1/manual/refresh/prices': {
    tag,
    summary: 'Refresh prices, without calculations',
    description: 'A user names 1 to 100 symbols.',
    body: RefreshBody,
    answers: started,
    creates: true,
    refreshes: true,
  },
  'POST /api/v1/manual/refresh/all': {
    tag,
    summary: 'Refresh everything',
    body: RefreshBody,
    answers: started,
    creates: true,
    refreshes: true,
  },
  'POST /api/v1/manual/refresh/portfolio/{user_id}': {
    tag,
    summary: "Refresh what a user's portfolios hold, then recalculate them",
    path: z.strictObject({ user_id: z.string().describe('or `me`') }),
    body: RefreshBody,
    answers: started,
    creates: true,
    refreshes: true,
  },
  'POST /api/v1/manual/refresh/strategy': {
    tag,
    summary: 'Run strategies, allocations and signals again, from stored prices',
    body: RefreshBody,
    answers: started,
    creates: true,
    refreshes: true,
  },
  'POST /api/v1/manual/refresh/benchmark': {
    tag,
    summary: 'Refresh the benchmarks, then comparisons and correlations',
    description: 'A user names 1 to 100 symbols; it is about the own portfolios then.',
    body: RefreshBody,
    answers: started,
    creates: true,
    refreshes: true,
  },
  'POST /api/v1/refreshes/estimate': {
    problems: ['forbidden', 'not_found'],
    tag,
    summary: 'Calls and time that a refresh would take; nothing is enqueued',
    body: EstimateBody,
    answers: { 200: EstimateDetail },
  },
  'GET /api/v1/refreshes': {
    tag,
    summary: 'Refreshes, newest first',
    description: 'A user sees what they asked for or joined, with themselves as who asked, and their own reason.',
    query: z.strictObject({
      ...paging,
      status: z.enum(REFRESH_STATUSES).optional(),
      kind: z.enum(REFRESH_KINDS).optional(),
      requested_by: z.string().max(100).optional().describe('A user id (or `me`) or a key id'),
      since: moment.optional(),
    }),
    answers: { 200: pageOf(RefreshRow) },
  },
  'GET /api/v1/refreshes/{refresh_id}/items': {
    tag,
    summary: 'What became of each symbol and portfolio',
    path: refreshId,
    query: z.strictObject({ ...paging, state: z.enum(['waiting', 'updated', 'skipped', 'failed']).optional() }),
    answers: { 200: pageOf(RefreshItemView) },
  },
  'GET /api/v1/refreshes/{refresh_id}/events': {
    tag,
    summary: 'Its progress as Server-Sent Events, until it ends',
    description: 'Resumes behind Last-Event-ID (or ?last_event_id).',
    path: refreshId,
    query: z.strictObject({ last_event_id: z.string().max(30).optional() }),
    answers: { 200: z.string() },
    media: 'text/event-stream',
  },
  'DELETE /api/v1/refreshes/{refresh_id}': {
    problems: ['already_ended'],
    tag,
    summary: 'Cancel: it stops when all who asked have cancelled, or when an admin does',
    path: refreshId,
    answers: { 200: z.strictObject({ refresh_id: z.string(), cancelled: z.boolean(), detail: z.string() }) },
  },
});
