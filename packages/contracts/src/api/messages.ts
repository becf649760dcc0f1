import { z } from 'zod';
import { PROVIDER_HEALTHS, ProviderStatus } from '../provider-status.ts';
import { QuoteView } from '../quote.ts';
import { RefreshProgress, RefreshResult } from '../refresh.ts';
import { PortfolioValuation } from '../valuation.ts';
import type { EventType, WebhookEvent } from '../vocabulary.ts';
import { AlertView, AnomalyView } from './observations.ts';
import { when } from './operation.ts';

/**
 * What Freshet says of its own accord: the `data` of each event of the log, and of each webhook. OpenAPI is made of it, and tests hold
 * what is written to it.
 */

const Lag = z
  .strictObject({ from: z.int(), to: z.int() })
  .meta({ id: 'LagNotice', description: 'Events that a client did not get: it reads anew what it shows' });

const PriceUpdate = z
  .strictObject({
    ...QuoteView.pick({ symbol: true, price: true, open: true, high: true, low: true, previous_close: true }).shape,
    ...QuoteView.pick({ volume: true, currency: true, source: true, quote_time: true, fetched_at: true }).shape,
    ...QuoteView.pick({ delay_s: true, quality: true, refresh_id: true }).shape,
  })
  .meta({
    id: 'PriceUpdate',
    description: 'A quote as it was stored; its age and freshness are for whoever reads it to work out',
  });

const seq = z.int().describe('Grows with each event of a refresh');
const RefreshProgressEvent = z
  .union([RefreshProgress.extend({ seq }), RefreshResult.omit({ failures: true }).extend({ seq })])
  .meta({
    id: 'RefreshProgressEvent',
    description: 'What a poll would answer at this moment, without the list of failures',
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
  .meta({ id: 'PortfolioUpdate', description: 'It was changed, or it was valued' });

const CacheInvalidation = z
  .strictObject({
    type: z.string().describe('portfolio, metrics, quotes or all'),
    user_id: z.string().nullable(),
    portfolio_id: z.string().nullable(),
    operation: z.string(),
    symbols: z.array(z.string()).nullish().describe('Of type quotes: whose; null: all'),
  })
  .meta({ id: 'CacheInvalidation', description: 'What was read of this before is to be read anew' });

const ProviderStatusEvent = z
  .strictObject({
    ...ProviderStatus.pick({ provider: true, title: true, enabled: true, breaker: true, because: true }).shape,
    health: z.enum(PROVIDER_HEALTHS),
  })
  .meta({ id: 'ProviderStatusEvent', description: 'A provider whose state has changed' });

const AnomalyEvent = AnomalyView.omit({ refresh_id: true, at: true }).meta({
  id: 'AnomalyEvent',
  description: 'A price that a check held, in a state that it came to, or at its end',
});

const LimitWarning = z
  .strictObject({
    provider: z.string(),
    window: z.string(),
    limit: z.number(),
    used: z.number(),
    remaining: z.number(),
    resets_at: when.nullable(),
    runs_out_at: when.nullable().describe('At the present pace'),
  })
  .meta({ id: 'LimitWarning', description: 'Less than a tenth of a day or a month is left at a provider' });

/** Of SSE the `data:` of the `event:`; of the WebSocket `data` beside `id` and `type`. */
export const EVENT_DATA = {
  price_update: PriceUpdate,
  refresh_progress: RefreshProgressEvent,
  portfolio_update: PortfolioUpdate,
  cache_invalidation: CacheInvalidation,
  provider_status: ProviderStatusEvent,
  anomaly: AnomalyEvent,
  alert: AlertView,
} as const satisfies Record<EventType, z.ZodType>;

/** A notice has no place in the log: it says that some of it was left out. */
export const NOTICE_DATA = { lag: Lag } as const;

/** `data` beside `type` and `timestamp`. */
export const WEBHOOK_DATA = {
  'refresh.completed': RefreshResult,
  'refresh.failed': RefreshResult,
  'refresh.cancelled': RefreshResult,
  'data.anomaly': AnomalyEvent,
  'provider.limit_warning': LimitWarning,
  'alert.raised': AlertView,
  'alert.resolved': AlertView,
} as const satisfies Record<WebhookEvent, z.ZodType>;

/** What is posted to an endpoint. */
export function webhookMessage(event: WebhookEvent) {
  return z.strictObject({
    type: z.literal(event),
    timestamp: when.describe('When it happened'),
    data: WEBHOOK_DATA[event],
  });
}

/** What comes along with it: its signature, by the Standard Webhooks spec. */
export const WEBHOOK_HEADERS = {
  'webhook-id': 'Names the message: the same for every attempt, so act on it once',
  'webhook-timestamp': 'Seconds since 1970, of the attempt',
  'webhook-signature': '`v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`; several are separated by spaces',
} as const;
