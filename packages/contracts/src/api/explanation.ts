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
    chain: z
      .array(z.unknown())
      .describe('Providers that were tried before this one, each with the reason why it gave no price'),
    refused: z
      .strictObject({ at: when, chain: z.array(TriedProvider) })
      .nullable()
      .describe(
        'The last time that a newer price was asked for and not had: when, and the providers with their reasons; null: not since this price came',
      ),
    checks: z.array(z.unknown()).describe('The checks that the price passed'),
    cross_check: z.unknown().nullable().describe('What a second provider said, if one was asked'),
    suspicion: z
      .unknown()
      .nullable()
      .describe(
        'For a suspect price: the check that objected, since when, whether a second provider says the same, and, if it looks like a split, up to which session daily bars confirm it',
      ),
    converted: z
      .unknown()
      .nullable()
      .describe('If the price came in minor units or USDT: the factor that it was multiplied by'),
    adjustment_factor: z
      .number()
      .nullable()
      .describe('What the last final close is multiplied by for splits and dividends since then'),
    fx_rate: z
      .strictObject({ pair: z.string(), rate: z.number(), quote_time: when })
      .nullable()
      .describe('What one unit of the currency of the price is worth in USD'),
    refresh: z
      .strictObject({ refresh_id: z.string(), kind: z.string(), source: z.string(), status_url: z.string() })
      .nullable()
      .describe('The refresh that stored the price; null if it is not yours to read'),
    replaced: z
      .strictObject({ price: z.number(), quote_time: when.nullable() })
      .nullable()
      .describe('The price that this one replaced'),
    anomalies: z.array(z.unknown()).describe('The last five anomalies of the symbol'),
    freshness_policy: z.strictObject({ session: z.string(), next_refresh_at: when.nullable(), because: z.string() }),
  })
  .meta({ id: 'Explanation' });
