import { z } from 'zod';
import { Estimate, RefreshAccepted, RefreshBody, RefreshItemView, RefreshResult, RefreshView } from '../refresh.ts';
import { REFRESH_KINDS, REFRESH_STATUSES, SKIP_REASONS } from '../vocabulary.ts';
import { moment, operationsOf, pageOf, paging, when } from './operation.ts';

const tag = 'Refreshes';
const started = { 202: RefreshAccepted, 200: RefreshResult };
const refreshId = z.strictObject({ refresh_id: z.string().describe('A refresh id (`ref_…`)') });

/** What a refresh would do, which calls it would make and how long it would take. */
export const EstimateDetail = z
  .strictObject({
    ...Estimate.shape,
    symbols: z.int().describe('Symbols in scope'),
    fetches: z
      .strictObject({ quotes: z.int(), bars: z.int() })
      .describe('Symbols that would be asked for, by kind of data'),
    skipped: z.partialRecord(z.enum(SKIP_REASONS), z.int()).describe('Symbols that would be skipped, by reason'),
    no_provider: z.array(z.string()).describe('Symbols that no enabled provider serves'),
    portfolios: z.int().describe('Portfolios that would be valued'),
    strategies: z.int().describe('Strategies that would run'),
    next_refresh_at: when.nullable().describe('When the first of the skipped symbols would be asked for'),
  })
  .meta({ id: 'EstimateDetail' });
export type EstimateDetail = z.infer<typeof EstimateDetail>;

export const EstimateBody = RefreshBody.extend({
  kind: z.enum(REFRESH_KINDS).optional().describe('Default: symbols if symbols are named, else prices'),
  user_id: z
    .string()
    .max(100)
    .optional()
    .describe('A user id, or `me`: for the kinds portfolio, holdings and benchmark'),
  watchlist_id: z.string().max(100).optional().describe('For the kind watchlist; default: the default watchlist'),
  index: z.string().trim().min(1).max(100).optional().describe('For the kind group'),
  sector: z.string().trim().min(1).max(100).optional().describe('For the kind group'),
}).meta({ id: 'EstimateBody' });

/** A refresh in a list: its view, who asked for it and why. */
export const RefreshRow = z.looseObject({
  status: z.enum(REFRESH_STATUSES),
  refresh_id: z.string(),
  requested_by: z.string().nullable().describe('A user id; null: no user asked for it'),
  request_reason: z.string().nullable().describe('`reason` of the request'),
  status_url: z.string(),
});

export const refreshOperations = operationsOf({
  'GET /api/v1/refreshes/{refresh_id}': {
    waits: true,
    headers: ['Retry-After', 'Preference-Applied'],
    tag,
    summary: 'The progress of a refresh, or its result',
    description:
      'While the refresh runs, the answer has Retry-After. With Prefer: wait=N the answer comes when the refresh ends, or after N seconds with its progress.',
    path: refreshId,
    answers: { 200: RefreshView },
    aliases: ['/api/v1/manual/refresh/{refresh_id}'],
  },
  'POST /api/v1/manual/refresh/prices': {
    tag,
    summary: 'Refresh prices, without calculations',
    description: 'The role user must name 1 to 100 symbols.',
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
    summary: "Refresh the prices of what a user's portfolios hold, then value them again",
    path: z.strictObject({ user_id: z.string().describe('A user id, or `me`') }),
    body: RefreshBody,
    answers: started,
    creates: true,
    refreshes: true,
  },
  'POST /api/v1/manual/refresh/strategy': {
    tag,
    summary: 'Run strategies again, with their allocations and signals, from stored prices',
    body: RefreshBody,
    answers: started,
    creates: true,
    refreshes: true,
  },
  'POST /api/v1/manual/refresh/benchmark': {
    tag,
    summary: 'Refresh the prices of benchmarks, then recalculate comparisons and correlations',
    description: 'The role user must name 1 to 100 symbols, and only the own portfolios are recalculated.',
    body: RefreshBody,
    answers: started,
    creates: true,
    refreshes: true,
  },
  'POST /api/v1/refreshes/estimate': {
    problems: ['forbidden', 'not_found'],
    tag,
    summary: 'Estimate the provider calls and the time of a refresh, without starting it',
    body: EstimateBody,
    answers: { 200: EstimateDetail },
  },
  'GET /api/v1/refreshes': {
    tag,
    summary: 'Refreshes, newest first',
    description:
      'The role user sees the refreshes that it asked for or joined, with itself as `requested_by` and its own reason.',
    query: z.strictObject({
      ...paging,
      status: z.enum(REFRESH_STATUSES).optional().describe('Only those with this status'),
      kind: z.enum(REFRESH_KINDS).optional().describe('Only those of this kind'),
      requested_by: z
        .string()
        .max(100)
        .optional()
        .describe('A user id, `me` or a key id: only those that it asked for or joined'),
      since: moment.optional().describe('Only those accepted at or after this moment'),
    }),
    answers: { 200: pageOf(RefreshRow) },
  },
  'GET /api/v1/refreshes/{refresh_id}/items': {
    tag,
    summary: 'The outcome of each symbol, portfolio and strategy',
    path: refreshId,
    query: z.strictObject({
      ...paging,
      state: z.enum(['waiting', 'updated', 'skipped', 'failed']).optional().describe('Only those in this state'),
    }),
    answers: { 200: pageOf(RefreshItemView) },
  },
  'GET /api/v1/refreshes/{refresh_id}/events': {
    tag,
    summary: 'The progress of a refresh as Server-Sent Events, until it ends',
    description: 'Resumes after the event that Last-Event-ID (or ?last_event_id) names.',
    path: refreshId,
    query: z.strictObject({
      last_event_id: z.string().max(30).optional().describe('The same as the header Last-Event-ID'),
    }),
    answers: { 200: z.string() },
    media: 'text/event-stream',
  },
  'DELETE /api/v1/refreshes/{refresh_id}': {
    problems: ['already_ended'],
    tag,
    summary: 'Cancel a refresh: it stops when everybody who asked for it has cancelled, or when an admin cancels',
    path: refreshId,
    answers: {
      200: z.strictObject({
        refresh_id: z.string(),
        cancelled: z.boolean().describe('False: it goes on for others who asked for it'),
        detail: z.string(),
      }),
    },
  },
});
