import { isMarketSymbol, isSessionDate } from '@freshet/market';
import { z } from 'zod';

const symbol = z.string().refine(isMarketSymbol, 'not a symbol');
const session = z.string().refine(isSessionDate, 'not a date like 2026-01-31');

/** Body of `POST /faults`. */
export const faultBody = z.strictObject({
  fault: z.string(),
  provider: z.string().optional(),
  endpoint: z.enum(['quote', 'bars', 'earnings', 'session', 'unknown']).optional(),
  symbols: z.array(symbol).min(1).optional(),
  probability: z.number().min(0).max(1).optional(),
  count: z.int().positive().optional(),
  for_ms: z.number().positive().optional(),
  settings: z.record(z.string(), z.number()).optional(),
});

/** Body of `POST /limits`: `yahoo=60/min;…`, or windows by provider; null brings the real ones back. */
export const limitsBody = z.strictObject({
  limits: z.union([z.string(), z.record(z.string(), z.string().nullable())]).optional(),
  enforce: z.boolean().optional(),
});

/** Body of `POST /latency`. */
export const latencyBody = z
  .strictObject({ min_ms: z.number().min(0), max_ms: z.number().min(0).optional(), provider: z.string().optional() })
  .refine((body) => (body.max_ms ?? body.min_ms) >= body.min_ms, 'max_ms is below min_ms');

/** Body of `POST /prices`: null lets the market go on. */
export const pricesBody = z.record(symbol, z.number().positive().nullable());

/** Query of `GET /calls`. */
export const callsQuery = z.strictObject({
  provider: z.string().optional(),
  since: z.coerce.number().optional(),
  after: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(200_000).default(10_000),
});

/** Query of `GET /market/:symbol`. */
export const marketQuery = z.strictObject({
  at: z.iso.datetime().optional(),
  from: session.optional(),
  to: session.optional(),
});
