import { z } from 'zod';
import { FRESHNESS, SESSION_STATES } from './vocabulary.ts';

const when = z.iso.datetime();

/** A price, always with its age and its source. */
export const QuoteView = z
  .strictObject({
    symbol: z.string(),
    price: z.number(),
    open: z.number().nullable(),
    high: z.number().nullable(),
    low: z.number().nullable(),
    previous_close: z.number().nullable(),
    change: z.number().nullable().describe('price − previous_close'),
    change_percent: z.number().nullable(),
    volume: z.number().nullable(),
    market_cap: z.number().nullable(),
    currency: z.string(),
    source: z.string().describe('The provider'),
    quote_time: when.describe('The time that the provider gives for the price'),
    fetched_at: when.describe('When Freshet received the price'),
    delay_s: z.number().describe('By how many seconds this provider is known to be late'),
    age_s: z.number().describe('now − fetched_at + delay_s'),
    freshness: z
      .enum(FRESHNESS)
      .describe(
        'live: under 1 min, fresh: under 5, stale: under 15, outdated; a final close stays fresh until the next session',
      ),
    session: z.enum(SESSION_STATES).describe('State of its market now'),
    quality: z.enum(['good', 'suspect']).describe('suspect: a check objected, and no second provider could settle it'),
    stale_served: z.boolean().describe('True: a newer price was asked for and could not be had'),
    stale_reason: z.string().optional().describe('With stale_served: why there is no newer price'),
    refresh_id: z.string().nullable().describe('The refresh that stored it'),
  })
  .meta({ id: 'Quote' });
export type QuoteView = z.infer<typeof QuoteView>;
