import { z } from 'zod';
import { RefreshAccepted, RefreshBody, RefreshResult } from '../refresh.ts';
import { REFRESH_KINDS, WEBHOOK_FILTERS } from '../vocabulary.ts';
import { operationsOf, pageOf, paging, version, when } from './operation.ts';

const tag = 'Webhooks';
const endpointPath = z.strictObject({ endpoint_id: z.string().describe('An endpoint id (`whk_…`)') });
const triggerPath = z.strictObject({ trigger_id: z.string().describe('A trigger id (`trg_…`)') });
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
    'What the sender reports, for the log only: a trigger of any kind starts its refresh when somebody posts to it',
  );

/** The refresh that a trigger starts: its kind and target, and the fields of a refresh body. */
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
const secret = z
  .string()
  .nullable()
  .describe('`whsec_…`, shown once: null when the request is repeated with the same Idempotency-Key');

export const webhookOperations = operationsOf({
  'GET /api/v1/webhooks/endpoints': {
    tag,
    summary: 'Webhook endpoints; all but admins see only their own',
    query: z.strictObject(paging),
    answers: { 200: pageOf(EndpointView) },
  },
  'POST /api/v1/webhooks/endpoints': {
    problems: ['cap_reached'],
    tag,
    summary: 'Register a webhook endpoint, at most 50 per user; its signing secret is shown once',
    body: z.strictObject({ url, events: events.optional().describe('What it is told; default: everything') }),
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
    summary: 'Make a new signing secret; messages are also signed with the previous one until the next rotation',
    path: endpointPath,
    answers: { 200: z.strictObject({ ...EndpointView.shape, secret }) },
  },
  'GET /api/v1/webhooks/deliveries': {
    tag,
    summary: 'The delivery log, newest first',
    query: z.strictObject({
      ...paging,
      endpoint_id: z.string().max(100).optional().describe('Only those to this endpoint'),
      state: z.string().max(20).optional().describe('Only those in this state'),
    }),
    answers: { 200: pageOf(DeliveryView) },
  },
  'POST /api/v1/webhooks/deliveries/{delivery_id}/replay': {
    problems: ['conflict'],
    tag,
    summary: 'Send a delivery again, with the same message id; refused while its endpoint is disabled',
    path: z.strictObject({ delivery_id: z.string().describe('A delivery id (`dlv_…`)') }),
    answers: { 202: DeliveryView },
  },
  'GET /api/v1/webhooks/triggers': {
    tag,
    summary: 'Triggers: addresses that start a refresh when somebody posts to them',
    query: z.strictObject(paging),
    answers: { 200: pageOf(TriggerView) },
  },
  'POST /api/v1/webhooks/triggers': {
    problems: ['not_found', 'forbidden', 'cap_reached'],
    tag,
    summary: 'Add a trigger, at most 50 per user; its signing secret is shown once',
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
      'webhook-id':
        'The id of the message. A message with the same id is acted on once, and answered the same each time',
      'webhook-timestamp': 'The present time in seconds since 1970, at most five minutes off',
      'webhook-signature':
        '`v1,` followed by the base64 HMAC-SHA256 of `id.timestamp.body`; several signatures are separated by spaces',
    },
    tag,
    summary: 'Start the refresh of a trigger; authenticated by a Standard Webhooks signature instead of a key',
    description: 'Takes any JSON body, signed by the headers webhook-id, webhook-timestamp and webhook-signature.',
    path: triggerPath,
    answers: { 202: RefreshAccepted, 200: RefreshResult },
    open: true,
  },
});
