import { z } from 'zod';
import { when } from './operation.ts';

export const HistoricalBar = z.strictObject({
  session: z.iso.date().describe("The session's date, in the zone of the exchange"),
  open: z.number().nullable(),
  high: z.number().nullable(),
  low: z.number().nullable(),
  close: z.number(),
  volume: z.number().nullable(),
  adjusted_close: z.number().optional(),
  split_ratio: z.number().nullable(),
  dividend: z.number().nullable(),
  provisional: z.boolean().describe('True while the session runs'),
  quality: z.enum(['good', 'suspect']).describe('suspect: a check objected, and no second provider could settle it'),
  source: z.string(),
});
export const HistoricalPoint = z.strictObject({
  time: when,
  price: z.number(),
  open: z.number().nullable(),
  high: z.number().nullable(),
  low: z.number().nullable(),
  volume: z.number().nullable(),
  source: z.string(),
});

export const Historical = z
  .strictObject({
    symbol: z.string(),
    interval: z.enum(['1d', '15m', 'raw']),
    adjusted: z.boolean(),
    currency: z.string().nullable(),
    from: z.string(),
    to: z.string(),
    data: z.array(z.union([HistoricalBar, HistoricalPoint])),
    truncated: z.boolean().describe('True: there are more than the 10,000 rows shown; ask again from the last row on'),
  })
  .meta({ id: 'Historical' });
