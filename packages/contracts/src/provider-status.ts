import { z } from 'zod';
import { ASSET_CLASSES } from '@freshet/market';
import { PRIORITY_NAMES, PROVIDER_ERROR_KINDS } from './vocabulary.ts';

const when = z.iso.datetime();

/** One kind of data that a provider serves, and how many symbols a call takes. */
export const ServedData = z.strictObject({
  classes: z.array(z.enum(ASSET_CLASSES)),
  batch_max: z.int(),
  batch_best: z.int().describe('Symbols per call at the lowest cost per symbol'),
  cost_best: z.number().describe("What a call with batch_best symbols costs, in the provider's own units"),
  history_days: z
    .int()
    .nullish()
    .describe('For daily bars: how many calendar days back they reach, if that is limited'),
});
export type ServedData = z.infer<typeof ServedData>;

export const QuotaState = z
  .strictObject({
    name: z.string(),
    limit: z.number(),
    per_s: z.number(),
    counts: z.enum(['calls', 'cost']),
    used: z.number(),
    remaining: z.number(),
    resets_at: when.nullable(),
    schedules_per_s: z
      .number()
      .nullish()
      .describe('For a day or month window: how much per second schedules may use so that it lasts'),
    shares: z
      .strictObject({
        held: z.partialRecord(z.enum(PRIORITY_NAMES), z.number()),
        release: z.strictObject({ from: when, until: when }).nullable(),
      })
      .nullish()
      .describe(
        'For a day or month window: how many of the remaining units a class may not use yet, because they are kept for more urgent ones, and between which moments they are released; null: they are lent one by one, since it never resets',
      ),
    forecast: z
      .strictObject({ runs_out_at: when.nullable(), lasts: z.boolean(), stretch: z.number() })
      .nullable()
      .describe('When the window is used up at the present pace'),
  })
  .meta({ id: 'QuotaWindow' });
export type QuotaState = z.infer<typeof QuotaState>;

export const PROVIDER_HEALTHS = ['healthy', 'degraded', 'down', 'off'] as const;

/** The state of a provider. Workers write it; the api and estimates know nothing else of providers. */
export const ProviderStatus = z
  .strictObject({
    provider: z.string(),
    title: z.string(),
    enabled: z.boolean(),
    retired: z
      .boolean()
      .default(false)
      .describe('True: the service was shut down, so the provider stays off unless its base URL is changed'),
    because: z.string().nullable().describe('Why it is off, parked, degraded or down'),
    notice: z.string().nullable(),
    health: z.enum(PROVIDER_HEALTHS),
    reliability: z.number().nullable().describe('Share of good calls, 0 to 1; recent calls weigh more'),
    breaker: z.enum(['closed', 'open', 'half_open']),
    parked_until: when.nullable().describe('It is not asked before this, because it said so or its quota is spent'),
    serves: z.partialRecord(z.enum(['quote', 'bars', 'earnings']), ServedData),
    preference: z
      .partialRecord(z.enum(ASSET_CLASSES), z.int())
      .describe('Its place in the chain of providers of each asset class; 0 is first'),
    windows: z.array(QuotaState),
    requests_per_minute: z.number(),
    concurrency: z.int(),
    latency_ms: z.strictObject({ p50: z.number(), p95: z.number() }).nullable(),
    last_success_at: when.nullable(),
    next_probe_at: when
      .nullable()
      .default(null)
      .describe('While it is not asked because of failures: when the next call may test it'),
    failing_since: when
      .nullable()
      .default(null)
      .describe('The first failure since the last good call; null while it works'),
    last_error: z.strictObject({ kind: z.enum(PROVIDER_ERROR_KINDS), detail: z.string(), at: when }).nullable(),
  })
  .meta({ id: 'ProviderStatus' });
export type ProviderStatus = z.infer<typeof ProviderStatus>;
