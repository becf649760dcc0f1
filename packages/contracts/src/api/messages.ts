import { z } from 'zod';
import { PROVIDER_HEALTHS, ProviderStatus } from '../provider-status.ts';
import { QuoteView } from '../quote.ts';
import { RefreshProgress, RefreshResult } from '../refresh.ts';
import { PortfolioValuation } from '../valuation.ts';
import type { EventType, WebhookEvent } from '../vocabulary.ts';
import { AlertView, AnomalyView } from './observations.ts';
import { when } from './operation.ts';

/**
 * The messages that Freshet sends: the `data` of each event and of each webhook. OpenAPI is made from these schemas, and tests validate
 * the messages with them.
 */

const Lag = z.strictObject({ from: z.int(), to: z.int() }).meta({
  id: 'LagNotice',
  description:
    'The range of events that this client missed because it was too slow; it should read again what it shows',
});

const PriceUpdate = z
  .strictObject({
    ...QuoteView.pick({ symbol: true, price: true, open: true, high: true, low: true, previous_close: true }).shape,
    ...QuoteView.pick({ volume: true, currency: true, source: true, quote_time: true, fetched_at: true }).shape,
    ...QuoteView.pick({ delay_s: true, quality: true, refresh_id: true }).shape,
  })
  .meta({
    id: 'PriceUpdate',
    description:
      'A quote that was just stored. Its age and freshness follow from fetched_at, delay_s and the present time',
  });

const seq = z.int().describe('Grows with each event of a refresh');
const RefreshProgressEvent = z
  .union([RefreshProgress.extend({ seq }), RefreshResult.omit({ failures: true }).extend({ seq })])
  .meta({
    id: 'RefreshProgressEvent',
    description: 'The answer to a poll at this moment, without the list of failures',
  });

const ownPortfolio = { portfolio_id: z.string(), user_id: z.string() };
const PortfolioUpdate = z
  .union([
    z.strictObject({ ...ownPortfolio, operation: z.string().describe('created, changed, deleted, …') }),
    z.strictObject({
      ...ownPortfolio,
      ...PortfolioValuation.pick({ as_of: true, currency: true, value: true }).shape,
      ...PortfolioValuation.pick({ profit_loss: true, day_change: true, day_change_percent: true }).shape,
      refresh_id: z.string(),
    }),
  ])
  .meta({ id: 'PortfolioUpdate', description: 'A portfolio was changed, or valued' });

const CacheInvalidation = z
  .strictObject({
    type: z.string().describe('portfolio, metrics, quotes or all'),
    user_id: z.string().nullable(),
    portfolio_id: z.string().nullable(),
    operation: z.string(),
    symbols: z.array(z.string()).nullish().describe('For the type quotes: whose quotes; null: all'),
  })
  .meta({ id: 'CacheInvalidation', description: 'Data that clients should read again' });

const ProviderStatusEvent = z
  .strictObject({
    ...ProviderStatus.pick({ provider: true, title: true, enabled: true, breaker: true, because: true }).shape,
    health: z.enum(PROVIDER_HEALTHS),
  })
  .meta({ id: 'ProviderStatusEvent', description: 'The state of a provider has changed' });

const AnomalyEvent = AnomalyView.omit({ refresh_id: true, at: true }).meta({
  id: 'AnomalyEvent',
  description: 'A check objected to a price, or such an anomaly changed its state',
});

const LimitWarning = z
  .strictObject({
    provider: z.string(),
    window: z.string(),
    limit: z.number(),
    used: z.number(),
    remaining: z.number(),
    resets_at: when.nullable(),
    runs_out_at: when.nullable().describe('When the quota is used up at the present pace'),
  })
  .meta({ id: 'LimitWarning', description: 'Less than a tenth of the day or month quota of a provider is left' });

/** `data` by event type: `data:` of an SSE event, `data` of a WebSocket message. */
export const EVENT_DATA = {
  price_update: PriceUpdate,
  refresh_progress: RefreshProgressEvent,
  portfolio_update: PortfolioUpdate,
  cache_invalidation: CacheInvalidation,
  provider_status: ProviderStatusEvent,
  anomaly: AnomalyEvent,
  alert: AlertView,
} as const satisfies Record<EventType, z.ZodType>;

/** Notices are not events of the log and have no id. */
export const NOTICE_DATA = { lag: Lag } as const;

/** `data` of a webhook message by its type. */
export const WEBHOOK_DATA = {
  'refresh.completed': RefreshResult,
  'refresh.failed': RefreshResult,
  'refresh.cancelled': RefreshResult,
  'data.anomaly': AnomalyEvent,
  'provider.limit_warning': LimitWarning,
  'alert.raised': AlertView,
  'alert.resolved': AlertView,
} as const satisfies Record<WebhookEvent, z.ZodType>;

/** The body that is posted to a webhook endpoint. */
export function webhookMessage(event: WebhookEvent) {
  return z.strictObject({
    type: z.literal(event),
    timestamp: when.describe('When the event happened'),
    data: WEBHOOK_DATA[event],
  });
}

/** The headers of a webhook message: its signature by the Standard Webhooks specification. */
export const WEBHOOK_HEADERS = {
  'webhook-id': 'The id of the message, the same for every attempt: use it to act on a message once',
  'webhook-timestamp': 'The time of the attempt, in seconds since 1970',
  'webhook-signature':
    '`v1,` followed by the base64 HMAC-SHA256 of `id.timestamp.body`; several signatures are separated by spaces',
} as const;
