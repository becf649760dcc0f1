import { z } from 'zod';
import { RefreshAccepted, RefreshBody, RefreshResult } from '../refresh.ts';
import { REFRESH_KINDS, WEBHOOK_FILTERS } from '../vocabulary.ts';
import { operationsOf, pageOf, paging, version, when } from './operation.ts';

const tag = 'Webhooks';
const endpointPath = z.strictObject({ endpoint_id: z.string() });
const triggerPath = z.strictObject({ trigger_id: z.string() });
const url = z.url().max(2_000);
const events = z.array(z.enum(WEBHOOK_FILTERS)).min(1).max(WEBHOOK_FILTERS.length);

export const EndpointView = z
  .strictObject({
    endpoint_id: z.string(),
    user_id: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    enabled: z.boolean(),
    disabled_because: z.string().nullable(),
    version,
    created_at: when,
  })
  .meta({ id: 'WebhookEndpoint' });
export type EndpointView = z.infer<typeof EndpointView>;

export const DeliveryView = z
  .strictObject({
    delivery_id: z.string(),
    endpoint_id: z.string(),
    event: z.string(),
    message_id: z.string(),
    payload: z.unknown(),
    state: z.string(),
    attempts: z.int(),
    next_attempt_at: when.nullable(),
    last_status: z.int().nullable(),
    last_error: z.string().nullable(),
    created_at: when,
    delivered_at: when.nullable(),
  })
  .meta({ id: 'WebhookDelivery' });
export type DeliveryView = z.infer<typeof DeliveryView>;

export const TRIGGER_KINDS = ['external', 'market_open', 'market_close', 'alert'] as const;
const triggerKind = z
  .enum(TRIGGER_KINDS)
  .describe(
    'What whoever posts to it tells of, for the log: every kind starts its refresh when it is posted to, and only then',
  );

/** What a trigger starts: a kind, what it is of, and the body of its POST. */
export const TriggeredRefresh = z
  .strictObject({
    ...RefreshBody.omit({ callback_url: true, priority: true }).shape,
    kind: z.enum(REFRESH_KINDS),
    user_id: z.string().max(100).optional(),
    watchlist_id: z.string().max(100).optional(),
    index: z.string().max(100).optional(),
    sector: z.string().max(100).optional(),
  })
  .meta({ id: 'TriggeredRefresh' });
export type TriggeredRefresh = z.infer<typeof TriggeredRefresh>;

export const TriggerView = z
  .strictObject({
    trigger_id: z.string(),
    user_id: z.string(),
    name: z.string(),
    kind: triggerKind,
    refresh: TriggeredRefresh,
    enabled: z.boolean(),
    version,
    created_at: when,
    url: z.string(),
  })
  .meta({ id: 'WebhookTrigger' });
export type TriggerView = z.infer<typeof TriggerView>;

const triggerFields = {
  name: z.string().trim().min(1).max(100),
  kind: triggerKind,
  refresh: TriggeredRefresh,
};
const secret = z.string().nullable().describe('whsec_…, shown once: null when the same request is sent again');

export const webhookOperations = operationsOf({
  'GET /api/v1/webhooks/endpoints': {
    tag,
    summary: 'Where webhooks go; a user sees the own ones',
    query: z.strictObject(paging),
    answers: { 200: pageOf(EndpointView) },
  },
  'POST /api/v1/webhooks/endpoints': {
    problems: ['cap_reached'],
    tag,
    summary: 'Register an endpoint, at most 50 of a person; its signing secret is shown once',
    body: z.strictObject({ url, events: events.optional().describe('Default: all') }),
    answers: { 201: z.strictObject({ ...EndpointView.shape, secret }) },
    creates: true,
  },
  'GET /api/v1/webhooks/endpoints/{endpoint_id}': {
    tag,
    summary: 'One endpoint',
    path: endpointPath,
    answers: { 200: EndpointView },
  },
  'PATCH /api/v1/webhooks/endpoints/{endpoint_id}': {
    tag,
    summary: 'Change an endpoint',
    path: endpointPath,
    body: z.strictObject({ url: url.optional(), events: events.optional(), enabled: z.boolean().optional() }),
    answers: { 200: EndpointView },
    ifMatch: true,
  },
  'DELETE /api/v1/webhooks/endpoints/{endpoint_id}': {
    tag,
    summary: 'Remove an endpoint and its delivery log',
    path: endpointPath,
    answers: { 204: null },
    ifMatch: true,
  },
  'POST /api/v1/webhooks/endpoints/{endpoint_id}/rotate-secret': {
    headers: ['ETag'],
    tag,
    summary: 'A new signing secret; the one before signs along until the next rotation',
    path: endpointPath,
    answers: { 200: z.strictObject({ ...EndpointView.shape, secret }) },
  },
  'GET /api/v1/webhooks/deliveries': {
    tag,
    summary: 'The delivery log, newest first',
    query: z.strictObject({
      ...paging,
      endpoint_id: z.string().max(100).optional(),
      state: z.string().max(20).optional(),
    }),
    answers: { 200: pageOf(DeliveryView) },
  },
  'POST /api/v1/webhooks/deliveries/{delivery_id}/replay': {
    problems: ['conflict'],
    tag,
    summary: 'Send it once more, with the same message id; not while its endpoint is switched off',
    path: z.strictObject({ delivery_id: z.string() }),
    answers: { 202: DeliveryView },
  },
  'GET /api/v1/webhooks/triggers': {
    tag,
    summary: 'Webhooks that start refreshes',
    query: z.strictObject(paging),
    answers: { 200: pageOf(TriggerView) },
  },
  'POST /api/v1/webhooks/triggers': {
    problems: ['not_found', 'forbidden', 'cap_reached'],
    tag,
    summary: 'Add a trigger, at most 50 of a person; its signing secret is shown once',
    body: z.strictObject(triggerFields),
    answers: { 201: z.strictObject({ ...TriggerView.shape, secret }) },
    creates: true,
  },
  'GET /api/v1/webhooks/triggers/{trigger_id}': {
    tag,
    summary: 'One trigger',
    path: triggerPath,
    answers: { 200: TriggerView },
  },
  'PATCH /api/v1/webhooks/triggers/{trigger_id}': {
    problems: ['forbidden'],
    tag,
    summary: 'Change a trigger',
    path: triggerPath,
    body: z.strictObject({ ...triggerFields, enabled: z.boolean() }).partial(),
    answers: { 200: TriggerView },
    ifMatch: true,
  },
  'DELETE /api/v1/webhooks/triggers/{trigger_id}': {
    tag,
    summary: 'Remove a trigger',
    path: triggerPath,
    answers: { 204: null },
    ifMatch: true,
  },
  'POST /api/v1/webhooks/triggers/{trigger_id}': {
    problems: ['unauthenticated', 'forbidden', 'rate_limited', 'queue_full', 'invalid_header', 'request_in_progress'],
    headers: ['RateLimit', 'RateLimit-Policy', 'Idempotent-Replayed'],
    sends: {
      'webhook-id': 'Names the message: sent again with the same id, it is answered the same and acted on once',
      'webhook-timestamp': 'Seconds since 1970, of now within five minutes',
      'webhook-signature': '`v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`; several are separated by spaces',
    },
    tag,
    summary: 'Start the refresh that the trigger names; signed by the Standard Webhooks spec instead of a key',
    description:
      'Any JSON body; webhook-id, webhook-timestamp and webhook-signature sign it. A message is acted on once.',
    path: triggerPath,
    answers: { 202: RefreshAccepted, 200: RefreshResult },
    open: true,
  },
});
