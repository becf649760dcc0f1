import { z } from 'zod';
import { FRESHNESS, SESSION_STATES } from './vocabulary.ts';

const when = z.iso.datetime();

/** A price as the API tells it: how old it is and where it came from are never left out. */
export const QuoteView = z
  .strictObject({
    symbol: z.string(),
    price: z.number(),
    open: z.number().nullable(),
    high: z.number().nullable(),
    low: z.number().nullable(),
    previous_close: z.number().nullable(),
    change: z.number().nullable(),
    change_percent: z.number().nullable(),
    volume: z.number().nullable(),
    market_cap: z.number().nullable(),
    currency: z.string(),
    source: z.string(),
    quote_time: when.describe("The provider's own time of the price"),
    fetched_at: when,
    delay_s: z.number().describe('How late the provider is known to be'),
    age_s: z.number().describe('now − fetched_at + delay_s'),
    freshness: z.enum(FRESHNESS),
    session: z.enum(SESSION_STATES),
    quality: z.enum(['good', 'suspect']),
    stale_served: z.boolean(),
    stale_reason: z.string().optional().describe('Why no newer price could be had'),
    refresh_id: z.string().nullable().describe('The refresh that wrote it'),
  })
  .meta({ id: 'Quote' });
export type QuoteView = z.infer<typeof QuoteView>;
