import { z } from 'zod';
import { isMarketSymbol } from '@freshet/market';
import {
  FAILURE_KINDS,
  PRIORITY_NAMES,
  REFRESH_KINDS,
  REFRESH_MODES,
  REFRESH_STATUSES,
  SKIP_REASONS,
} from './vocabulary.ts';
import type { Priority, RefreshKind, RefreshMode } from './vocabulary.ts';

/** The most symbols that one request may name. */
export const MAX_SYMBOLS = 500;
export const DEFAULT_DEADLINE_S = 600;

export const MarketSymbolText = z
  .string()
  .trim()
  .max(32)
  .transform((text) => text.toUpperCase())
  .refine(isMarketSymbol, {
    // A list in one parameter of a query has no pointers: which of them it is stands here.
    error: ({ input }) =>
      `${JSON.stringify(input)} is not a symbol: expected something like AAPL, BRK-B, ^GSPC, BTC-USD, EURUSD=X or VOD.L`,
  })
  .meta({ id: 'Symbol', description: 'A canonical symbol', example: 'AAPL' });

const symbols = z
  .array(MarketSymbolText)
  .min(1, 'name at least one symbol, or leave the field out')
  .max(MAX_SYMBOLS, `at most ${MAX_SYMBOLS} symbols in one request`);

/** The body of every POST that starts a refresh; all of it optional. */
export const RefreshBody = z
  .strictObject({
    mode: z.enum(REFRESH_MODES).optional(),
    symbols: symbols.optional(),
    max_age_s: z
      .int()
      .min(0)
      .max(7 * 86_400)
      .optional()
      .describe('How old a price may be, in seconds, before it is fetched again'),
    force_refresh: z.boolean().optional().describe('The same as max_age_s: 0'),
    priority: z.literal('emergency').optional().describe('Admin only: served before everything else'),
    deadline_s: z.int().min(1).max(86_400).optional().describe('Ends as timed_out after so many seconds; default 600'),
    callback_url: z.url().max(2_000).optional().describe("One of the caller's registered webhook endpoints"),
    reason: z.string().max(500).optional().describe('For the audit log'),
  })
  .meta({ id: 'RefreshBody' });
export type RefreshBody = z.infer<typeof RefreshBody>;

/** What a refresh is of: set by the route, never by the body. */
export interface RefreshTarget {
  user_id?: string;
  watchlist_id?: string;
  portfolio_id?: string;
  strategy_id?: string;
  index?: string;
  sector?: string;
}

/** A refresh as its asker means it: whole, with defaults filled in. */
export interface RefreshRequest {
  kind: RefreshKind;
  mode: RefreshMode;
  target: RefreshTarget;
  /** Sorted, without repeats; null where the kind decides. */
  symbols: string[] | null;
  maxAgeS: number | null;
  priority: Priority;
  deadlineS: number;
  reason: string | null;
  callbackEndpoint: string | null;
}

/**
 * Equal for requests that are the same: kind, target, mode, sorted symbols and max_age_s.
 * Priority, reason, deadline and callback don't count.
 */
export function identityOf(request: Pick<RefreshRequest, 'kind' | 'target' | 'mode' | 'symbols' | 'maxAgeS'>): string {
  return JSON.stringify([scopeOf(request), request.mode, request.symbols ?? '', request.maxAgeS ?? '']);
}

/** Kind and target: what the cooldown counts. */
export function scopeOf({ kind, target, symbols }: Pick<RefreshRequest, 'kind' | 'target' | 'symbols'>): string {
  const about = Object.entries(target)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([kind, about, kind === 'symbols' ? (symbols ?? '') : '']);
}

const when = z.iso.datetime();
const Counts = z.record(z.string(), z.number());

export const Estimate = z
  .strictObject({
    calls: Counts.describe('Calls per provider'),
    duration_ms: z.number(),
    waiting_ms: z.number().optional().describe('How much of that is waiting for quota; left out when nothing is'),
  })
  .meta({ id: 'Estimate' });
export type Estimate = z.infer<typeof Estimate>;

/** The 202. */
export const RefreshAccepted = z
  .strictObject({
    status: z.enum(REFRESH_STATUSES),
    refresh_id: z.string(),
    task_id: z.string().optional(),
    priority: z.enum(PRIORITY_NAMES),
    coalesced: z.boolean(),
    estimate: Estimate,
    status_url: z.string(),
    events_url: z.string(),
    also: z
      .array(z.strictObject({ refresh_id: z.string(), status_url: z.string() }))
      .optional()
      .describe('Other refreshes that the same request started'),
  })
  .meta({ id: 'RefreshAccepted' });
export type RefreshAccepted = z.infer<typeof RefreshAccepted>;

export const TriedProvider = z.strictObject({
  provider: z.string(),
  reason: z.string(),
  detail: z.string().optional(),
});
export type TriedProvider = z.infer<typeof TriedProvider>;

export const ItemFailure = z
  .strictObject({
    symbol: z.string(),
    kind: z.enum(FAILURE_KINDS),
    detail: z.string(),
    chain: z.array(TriedProvider),
    served: z.strictObject({ source: z.string(), age_s: z.number() }).nullable(),
    next_probe_at: z.iso
      .datetime()
      .optional()
      .describe('Of a symbol that no provider knew, and that was not asked for now: when it is asked for again'),
  })
  .meta({ id: 'ItemFailure' });
export type ItemFailure = z.infer<typeof ItemFailure>;

const shared = {
  refresh_id: z.string(),
  kind: z.enum(REFRESH_KINDS),
  mode: z.enum(REFRESH_MODES),
  priority: z.enum(PRIORITY_NAMES),
  source: z.enum(['manual', 'schedule', 'trigger']),
  request_id: z
    .string()
    .nullable()
    .describe('X-Request-Id of the request that opened it, as on every log line about it; null where no request did'),
  accepted_at: when,
};

/** What a poll answers while the refresh runs. */
export const RefreshProgress = z
  .strictObject({
    status: z.enum(['queued', 'in_progress']),
    ...shared,
    progress: z.number(),
    current_step: z.string(),
    estimated_completion: when.nullable(),
    items: z.strictObject({
      total: z.int(),
      done: z.int().describe('Settled, whatever the outcome'),
      failed: z.int(),
    }),
    poll_after_ms: z.int(),
  })
  .meta({ id: 'RefreshProgress' });
export type RefreshProgress = z.infer<typeof RefreshProgress>;

/** What a poll answers after the end. */
export const RefreshResult = z
  .strictObject({
    status: z.enum(['success', 'partial', 'failed', 'cancelled', 'timed_out']),
    ...shared,
    timestamp: when.describe('When it ended'),
    duration_ms: z.int().describe('From the start of work to the end'),
    queued_ms: z.int(),
    progress: z.number(),
    current_step: z.string(),
    items: z.strictObject({ total: z.int(), done: z.int(), failed: z.int() }),
    items_updated: z.strictObject({ prices: z.int(), portfolios: z.int(), metrics: z.int() }),
    items_skipped: z.partialRecord(z.enum(SKIP_REASONS), z.int()),
    provider_calls: Counts,
    failures: z.array(ItemFailure),
    reason: z.string().nullable().describe('Why it ended so, where that is not plain'),
    next_refresh_at: when.nullable().describe('When the same request would do something'),
  })
  .meta({ id: 'RefreshResult' });
export type RefreshResult = z.infer<typeof RefreshResult>;

export const RefreshView = z.discriminatedUnion('status', [RefreshProgress, RefreshResult]);
export type RefreshView = RefreshProgress | RefreshResult;

/** One symbol or portfolio of a refresh. */
export const RefreshItemView = z
  .strictObject({
    subject: z.string(),
    data: z.enum(['quote', 'bars', 'earnings', 'portfolio', 'strategy']),
    state: z.enum(['waiting', 'updated', 'skipped', 'failed']),
    reason: z.string().nullable(),
    detail: z.string().nullable(),
    source: z.string().nullable(),
    chain: z.array(TriedProvider),
    next_refresh_at: when.nullable(),
    settled_at: when.nullable(),
  })
  .meta({ id: 'RefreshItem' });
export type RefreshItemView = z.infer<typeof RefreshItemView>;
