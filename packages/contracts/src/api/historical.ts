import { z } from 'zod';
import { when } from './operation.ts';

export const HistoricalBar = z.strictObject({
  session: z.iso.date(),
  open: z.number().nullable(),
  high: z.number().nullable(),
  low: z.number().nullable(),
  close: z.number(),
  volume: z.number().nullable(),
  adjusted_close: z.number().optional(),
  split_ratio: z.number().nullable(),
  dividend: z.number().nullable(),
  provisional: z.boolean(),
  quality: z.enum(['good', 'suspect']).describe('Suspect: a check objects and nobody could say better'),
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
    truncated: z.boolean().describe('True when there is more than one answer holds: ask on from the last row'),
  })
  .meta({ id: 'Historical' });
