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

/** What is said of something else: it is named, because a comma separated list in a query has no JSON pointers. */
function noSymbol({ input }: { input?: unknown }): string | undefined {
  if (input === undefined) return undefined;
  const named = JSON.stringify(typeof input === 'string' ? input.slice(0, 40) : input).slice(0, 42);
  return `${named} is not a symbol: expected something like AAPL, BRK-B, ^GSPC, BTC-USD, EURUSD=X or VOD.L`;
}

export const MarketSymbolText = z
  .string({ error: noSymbol })
  .trim()
  .max(32, { error: noSymbol })
  .transform((text) => text.toUpperCase())
  .refine(isMarketSymbol, { error: noSymbol })
  .meta({ id: 'Symbol', description: 'A canonical symbol', example: 'AAPL' });

const symbols = z
  .array(MarketSymbolText)
  .min(1, 'name at least one symbol, or leave the field out')
  .max(MAX_SYMBOLS, `at most ${MAX_SYMBOLS} symbols in one request`);

/** The body of every POST that starts a refresh. Every field is optional. */
export const RefreshBody = z
  .strictObject({
    mode: z
      .enum(REFRESH_MODES)
      .optional()
      .describe(
        'smart (default): only what is older than it should be, or missing. incremental: the latest price of everything in scope. full: everything, with missing history',
      ),
    symbols: symbols.optional().describe('Default: every symbol that this kind of refresh covers'),
    max_age_s: z
      .int()
      .min(0)
      .max(7 * 86_400)
      .optional()
      .describe('How old a price may be, in seconds, before it is fetched again'),
    force_refresh: z.boolean().optional().describe('The same as max_age_s: 0'),
    priority: z.literal('emergency').optional().describe('Admins only: served before everything else'),
    deadline_s: z
      .int()
      .min(1)
      .max(86_400)
      .optional()
      .describe('After how many seconds the refresh ends as timed_out; default 600'),
    callback_url: z
      .url()
      .max(2_000)
      .optional()
      .describe('The URL of one of your registered webhook endpoints: it is told when the refresh ends'),
    reason: z.string().max(500).optional().describe('Why you ask; kept with the refresh and in the audit log'),
  })
  .meta({ id: 'RefreshBody' });
export type RefreshBody = z.infer<typeof RefreshBody>;

/** What a refresh is about, beside its kind and symbols. */
export interface RefreshTarget {
  user_id?: string;
  watchlist_id?: string;
  portfolio_id?: string;
  strategy_id?: string;
  index?: string;
  sector?: string;
}

/** A request for a refresh, with its defaults filled in. */
export interface RefreshRequest {
  kind: RefreshKind;
  mode: RefreshMode;
  target: RefreshTarget;
  /** Sorted and distinct; null: the kind decides. */
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
    duration_ms: z.number().describe('From now to the end'),
    waiting_ms: z.number().optional().describe('How much of duration_ms is waiting for quota; absent if none of it is'),
  })
  .meta({ id: 'Estimate' });
export type Estimate = z.infer<typeof Estimate>;

/** The body of a 202 answer. */
export const RefreshAccepted = z
  .strictObject({
    status: z.enum(REFRESH_STATUSES),
    refresh_id: z.string(),
    task_id: z.string().optional().describe('The same as refresh_id, from fetch/async'),
    priority: z.enum(PRIORITY_NAMES),
    coalesced: z.boolean().describe('True: an equal refresh was waiting already, and this is its id'),
    estimate: Estimate,
    status_url: z.string().describe('Poll this address for its progress and result'),
    events_url: z.string().describe('Server-Sent Events of its progress'),
    also: z
      .array(z.strictObject({ refresh_id: z.string(), status_url: z.string() }))
      .optional()
      .describe('Other refreshes that the same request started'),
  })
  .meta({ id: 'RefreshAccepted' });
export type RefreshAccepted = z.infer<typeof RefreshAccepted>;

export const TriedProvider = z.strictObject({
  provider: z.string(),
  reason: z.string().describe('Why this provider gave no price'),
  detail: z.string().optional(),
});
export type TriedProvider = z.infer<typeof TriedProvider>;

export const ItemFailure = z
  .strictObject({
    symbol: z.string(),
    kind: z.enum(FAILURE_KINDS),
    detail: z.string(),
    chain: z.array(TriedProvider).describe('The providers that were tried, in their order'),
    served: z
      .strictObject({ source: z.string(), age_s: z.number() })
      .nullable()
      .describe('The stored price that is served instead; null: there is none'),
    next_probe_at: z.iso
      .datetime()
      .optional()
      .describe('Set if no provider knew the symbol earlier, so that none was asked now: when they are asked again'),
  })
  .meta({ id: 'ItemFailure' });
export type ItemFailure = z.infer<typeof ItemFailure>;

const shared = {
  refresh_id: z.string(),
  kind: z.enum(REFRESH_KINDS),
  mode: z.enum(REFRESH_MODES),
  priority: z.enum(PRIORITY_NAMES),
  source: z.enum(['manual', 'schedule', 'trigger']).describe('What started it'),
  request_id: z
    .string()
    .nullable()
    .describe(
      'X-Request-Id of the request that started it, which every log line about it carries; null: no request did',
    ),
  accepted_at: when,
};

/** A refresh that has not ended. */
export const RefreshProgress = z
  .strictObject({
    status: z.enum(['queued', 'in_progress']),
    ...shared,
    progress: z.number().describe('0 to 1; never decreases'),
    current_step: z.string().describe('What it is doing, for people'),
    estimated_completion: when.nullable(),
    items: z.strictObject({
      total: z.int(),
      done: z.int().describe('Items with an outcome, good or bad'),
      failed: z.int(),
    }),
    poll_after_ms: z.int().describe('When polling again is worthwhile'),
  })
  .meta({ id: 'RefreshProgress' });
export type RefreshProgress = z.infer<typeof RefreshProgress>;

/** A refresh that has ended. */
export const RefreshResult = z
  .strictObject({
    status: z.enum(['success', 'partial', 'failed', 'cancelled', 'timed_out']),
    ...shared,
    timestamp: when.describe('When it ended'),
    duration_ms: z.int().describe('From the start of work to the end'),
    queued_ms: z.int().describe('From acceptance to the start of work'),
    progress: z.number(),
    current_step: z.string(),
    items: z.strictObject({ total: z.int(), done: z.int(), failed: z.int() }),
    items_updated: z
      .strictObject({ prices: z.int(), portfolios: z.int(), metrics: z.int() })
      .describe('Symbols with a new quote, portfolios valued, rows of metrics written'),
    items_skipped: z.partialRecord(z.enum(SKIP_REASONS), z.int()).describe('Items left as they were, by reason'),
    provider_calls: Counts.describe('Calls made, by provider'),
    failures: z.array(ItemFailure).describe('The first of the failed items; /items lists all'),
    reason: z.string().nullable().describe('Why it ended like this, unless it is a plain success'),
    next_refresh_at: when.nullable().describe('If it did nothing: when the same request would do something'),
  })
  .meta({ id: 'RefreshResult' });
export type RefreshResult = z.infer<typeof RefreshResult>;

export const RefreshView = z.discriminatedUnion('status', [RefreshProgress, RefreshResult]);
export type RefreshView = RefreshProgress | RefreshResult;

/** One symbol or portfolio of a refresh. */
export const RefreshItemView = z
  .strictObject({
    subject: z.string().describe('A symbol, a portfolio id or a strategy id'),
    data: z.enum(['quote', 'bars', 'earnings', 'portfolio', 'strategy']),
    state: z.enum(['waiting', 'updated', 'skipped', 'failed']),
    reason: z.string().nullable().describe('Why it was skipped or failed'),
    detail: z.string().nullable(),
    source: z.string().nullable().describe('The provider that the price came from'),
    chain: z.array(TriedProvider).describe('The providers that gave no price, in their order'),
    next_refresh_at: when.nullable().describe('When a refresh would ask for it again'),
    settled_at: when.nullable(),
  })
  .meta({ id: 'RefreshItem' });
export type RefreshItemView = z.infer<typeof RefreshItemView>;
