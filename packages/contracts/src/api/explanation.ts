import { z } from 'zod';
import { QuoteView } from '../quote.ts';
import { TriedProvider } from '../refresh.ts';
import { when } from './operation.ts';

export const Explanation = z
  .strictObject({
    symbol: z.string(),
    quote: QuoteView.nullable(),
    provider: z.string().nullable(),
    quote_time: when.nullable(),
    fetched_at: when.nullable(),
    asset: z
      .strictObject({
        name: z.string(),
        class: z.string(),
        currency: z.string(),
        calendar: z.string(),
        sector: z.string().nullable(),
        status: z.string(),
        next_probe_at: when.nullable(),
        parked_because: z.string().nullable(),
        quality: z.number().nullable(),
      })
      .nullable(),
    chain: z.array(z.unknown()).describe('Providers that were tried before, each with the reason of its refusal'),
    refused: z
      .strictObject({ at: when, chain: z.array(TriedProvider) })
      .nullable()
      .describe(
        'When a newer price was last asked for in vain, and who refused it, each with the reason; null when nobody has since this one came',
      ),
    checks: z.array(z.unknown()),
    cross_check: z.unknown().nullable(),
    suspicion: z
      .unknown()
      .nullable()
      .describe(
        'The check that fired, when it is published as suspect; since when, whether a second provider says the same and, of a price that looks like a split, up to which session daily bars have told of it',
      ),
    converted: z.unknown().nullable().describe('Minor units or USDT: what the price was multiplied by'),
    adjustment_factor: z.number().nullable(),
    fx_rate: z
      .strictObject({ pair: z.string(), rate: z.number(), quote_time: when })
      .nullable()
      .describe('What one unit of its currency is worth in USD'),
    refresh: z
      .strictObject({ refresh_id: z.string(), kind: z.string(), source: z.string(), status_url: z.string() })
      .nullable(),
    replaced: z.strictObject({ price: z.number(), quote_time: when.nullable() }).nullable(),
    anomalies: z.array(z.unknown()),
    freshness_policy: z.strictObject({ session: z.string(), next_refresh_at: when.nullable(), because: z.string() }),
  })
  .meta({ id: 'Explanation' });
