/**
 * The vocabulary of Freshet. The API, OpenAPI, webhooks, logs and metrics take their words from here.
 */

/** What a refresh can cover. */
export const REFRESH_KINDS = [
  'all',
  'prices',
  'portfolio',
  'strategy',
  'benchmark',
  'symbols',
  'watchlist',
  'holdings',
  'group',
] as const;
export type RefreshKind = (typeof REFRESH_KINDS)[number];

export const REFRESH_MODES = ['smart', 'incremental', 'full'] as const;
export type RefreshMode = (typeof REFRESH_MODES)[number];

export const OPEN_STATUSES = ['queued', 'in_progress'] as const;
/** Every refresh reaches exactly one of these. */
export const FINAL_STATUSES = ['success', 'partial', 'failed', 'cancelled', 'timed_out'] as const;
export const REFRESH_STATUSES = [...OPEN_STATUSES, ...FINAL_STATUSES] as const;
export type RefreshStatus = (typeof REFRESH_STATUSES)[number];
export type FinalStatus = (typeof FINAL_STATUSES)[number];

/** Whether a refresh with this status has ended. */
export function isFinal(status: RefreshStatus): status is FinalStatus {
  return (FINAL_STATUSES as readonly string[]).includes(status);
}

/** How urgent a refresh is. The queue and the claim order by the number; lower comes first. */
export const PRIORITIES = { emergency: 1, high: 10, medium: 20, low: 30 } as const;
export type Priority = keyof typeof PRIORITIES;
export const PRIORITY_NAMES = Object.keys(PRIORITIES) as [Priority, ...Priority[]];
/** The name of a rank; ranks between two names count as the less urgent one. */
export function priorityOfRank(rank: number): Priority {
  return PRIORITY_NAMES.find((name) => rank <= PRIORITIES[name]) ?? 'low';
}

export const ROLES = ['admin', 'system', 'support', 'user'] as const;
export type Role = (typeof ROLES)[number];

/** The priority of a role's refreshes. Support works for users and ranks with them. */
export const PRIORITY_OF_ROLE: Record<Role, Priority> = {
  admin: 'high',
  system: 'low',
  support: 'medium',
  user: 'medium',
};

/** Why an item was left as it was, though nothing failed. */
export const SKIP_REASONS = [
  'fresh',
  'market_closed',
  'quota',
  'quarantined',
  'parked',
  'no_data',
  'cancelled',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** What can be wrong with a provider's answer. */
export const PROVIDER_ERROR_KINDS = [
  'rate_limited',
  'quota_spent',
  'plan_forbids',
  'bad_key',
  'unknown_symbol',
  'no_data',
  'unavailable',
  'malformed',
] as const;
export type ProviderErrorKind = (typeof PROVIDER_ERROR_KINDS)[number];

/** Why an item failed: an error of a provider, or one of Freshet. */
export const FAILURE_KINDS = [...PROVIDER_ERROR_KINDS, 'no_provider', 'poison', 'calculation', 'timed_out'] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/**
 * The kinds of data that adapters serve. Wants exist for `quote` and `bars` only: `earnings` is used by `freshet provider read` and the conformance
 * suite, and earnings dates otherwise come along with quotes.
 */
export const DATA_KINDS = ['quote', 'bars', 'earnings'] as const;
export type DataKind = (typeof DATA_KINDS)[number];

export const FRESHNESS = ['live', 'fresh', 'stale', 'outdated'] as const;
export type Freshness = (typeof FRESHNESS)[number];

export const SESSION_STATES = ['open', 'pre', 'post', 'closed'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/** The steps of a refresh in their order, as people read them. `announcing` happens within the commit that ends it and is never seen to last. */
export const STEPS = {
  queued: 'Waiting for a worker',
  fetching: 'Fetching market data',
  calculating: 'Calculating metrics',
  announcing: 'Announcing results',
  ended: 'Done',
} as const;
export type Step = keyof typeof STEPS;

export const ASSET_STATUSES = ['active', 'unverified', 'parked'] as const;
export type AssetStatus = (typeof ASSET_STATUSES)[number];

/** The events that SSE and WebSocket clients receive. */
export const EVENT_TYPES = [
  'price_update',
  'refresh_progress',
  'portfolio_update',
  'cache_invalidation',
  'provider_status',
  'anomaly',
  'alert',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** The events that webhook endpoints can subscribe to. */
export const WEBHOOK_EVENTS = [
  'refresh.completed',
  'refresh.failed',
  'refresh.cancelled',
  'data.anomaly',
  'provider.limit_warning',
  'alert.raised',
  'alert.resolved',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];
/** What `events` of an endpoint may name: these events, or all alerts at once. */
export const WEBHOOK_FILTERS = [...WEBHOOK_EVENTS, 'alert.*'] as const;

export const SCHEDULES = ['live', 'watchlist', 'portfolio', 'daily', 'hourly', 'cleanup', 'weekly', 'close'] as const;
export type ScheduleName = (typeof SCHEDULES)[number];

/** Prefixes of the ids that people see. */
export const ID_PREFIXES = {
  refresh: 'ref',
  user: 'usr',
  portfolio: 'pf',
  holding: 'hld',
  watchlist: 'wl',
  key: 'key',
  strategy: 'stg',
  endpoint: 'whk',
  delivery: 'dlv',
  trigger: 'trg',
} as const;
export type IdKind = keyof typeof ID_PREFIXES;
