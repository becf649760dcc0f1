import { z } from 'zod';
import { ASSET_CLASSES } from '@freshet/market';
import { PROVIDER_ERROR_KINDS } from './vocabulary.ts';

const when = z.iso.datetime();

/** What a provider serves of one kind of data, and in what portions. */
export const ServedData = z.strictObject({
  classes: z.array(z.enum(ASSET_CLASSES)),
  batch_max: z.int(),
  batch_best: z.int().describe('Symbols in one call at the lowest cost each'),
  cost_best: z.number().describe("What such a call costs in the provider's own units"),
  history_days: z.int().nullish().describe('Daily bars: how many calendar days back they reach, where that is limited'),
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
      .describe('What schedules may use of a day or month so that it lasts; null for shorter windows'),
    forecast: z
      .strictObject({ runs_out_at: when.nullable(), lasts: z.boolean(), stretch: z.number() })
      .nullable()
      .describe('When it runs out at the present pace'),
  })
  .meta({ id: 'QuotaWindow' });
export type QuotaState = z.infer<typeof QuotaState>;

export const PROVIDER_HEALTHS = ['healthy', 'degraded', 'down', 'off'] as const;

/** What workers have written down about a provider: all that the api and the estimate know of it. */
export const ProviderStatus = z
  .strictObject({
    provider: z.string(),
    title: z.string(),
    enabled: z.boolean(),
    retired: z
      .boolean()
      .default(false)
      .describe('Its service was shut down: it is off for good, unless something else stands at its address'),
    because: z.string().nullable().describe('Why it is off, parked or unwell'),
    notice: z.string().nullable(),
    health: z.enum(PROVIDER_HEALTHS),
    reliability: z.number().nullable().describe('Share of good calls, 0..1, recent ones weigh more'),
    breaker: z.enum(['closed', 'open', 'half_open']),
    parked_until: when.nullable(),
    serves: z.partialRecord(z.enum(['quote', 'bars', 'earnings']), ServedData),
    preference: z
      .partialRecord(z.enum(ASSET_CLASSES), z.int())
      .describe('Its place in the chain of each asset class, 0 first'),
    windows: z.array(QuotaState),
    requests_per_minute: z.number(),
    concurrency: z.int(),
    latency_ms: z.strictObject({ p50: z.number(), p95: z.number() }).nullable(),
    last_success_at: when.nullable(),
    next_probe_at: when
      .nullable()
      .default(null)
      .describe('While it is not asked: from when on the next call may show whether it is well again'),
    failing_since: when
      .nullable()
      .default(null)
      .describe('The first of the failures that nothing good has followed; null while it works'),
    last_error: z.strictObject({ kind: z.enum(PROVIDER_ERROR_KINDS), detail: z.string(), at: when }).nullable(),
  })
  .meta({ id: 'ProviderStatus' });
export type ProviderStatus = z.infer<typeof ProviderStatus>;
