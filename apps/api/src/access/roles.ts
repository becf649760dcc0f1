import type { RefreshKind, Role } from '@freshet/contracts';
import type { OperationKey } from '@freshet/contracts/api';

/**
 * Which role may use which operation. An operation without a line doesn't compile.
 *
 *   any   on everybody's objects
 *   own   on the caller's objects only; other users' objects are answered with 404
 *   no    403
 */
export type Reach = 'any' | 'own' | 'no';
type Row = Record<Role, Reach>;

const EVERYBODY: Row = { admin: 'any', system: 'any', support: 'any', user: 'any' };
const ADMIN: Row = { admin: 'any', system: 'no', support: 'no', user: 'no' };
const ADMIN_AND_SYSTEM: Row = { admin: 'any', system: 'any', support: 'no', user: 'no' };
const STAFF: Row = { admin: 'any', system: 'any', support: 'any', user: 'no' };
/** Staff reaches everybody's objects, a user the own ones. */
const OWN: Row = { admin: 'any', system: 'any', support: 'any', user: 'own' };
/** Changes of such objects: support may only read them. */
const OWN_CHANGES: Row = { admin: 'any', system: 'any', support: 'no', user: 'own' };
/** The caller's own key, session and objects, for every role. */
const ONESELF: Row = { admin: 'own', system: 'own', support: 'own', user: 'own' };
const OWN_BUT_ADMIN: Row = { admin: 'any', system: 'own', support: 'own', user: 'own' };
/** `REFRESH_ACCESS` below decides by the kind of the refresh. */
const BY_KIND: Row = EVERYBODY;

export const ACCESS: Record<OperationKey, Row> = {
  'POST /api/v1/manual/refresh/all': ADMIN_AND_SYSTEM,
  'POST /api/v1/manual/refresh/strategy': ADMIN_AND_SYSTEM,
  'POST /api/v1/manual/refresh/prices': BY_KIND,
  'POST /api/v1/manual/refresh/benchmark': BY_KIND,
  'POST /api/v1/manual/refresh/portfolio/{user_id}': OWN,
  'POST /api/v1/refreshes/estimate': BY_KIND,
  'GET /api/v1/refreshes': OWN,
  'GET /api/v1/refreshes/{refresh_id}': OWN,
  'GET /api/v1/refreshes/{refresh_id}/items': OWN,
  'GET /api/v1/refreshes/{refresh_id}/events': OWN,
  // Everybody may cancel refreshes that they asked for; an admin any refresh.
  'DELETE /api/v1/refreshes/{refresh_id}': OWN_BUT_ADMIN,

  'GET /api/v1/market-data/latest': EVERYBODY,
  'GET /api/v1/market-data/latest/{symbol}': EVERYBODY,
  'GET /api/v1/market-data/fetch/{symbol}': BY_KIND,
  'POST /api/v1/market-data/fetch/batch': BY_KIND,
  'POST /api/v1/market-data/fetch/async': BY_KIND,
  'GET /api/v1/market-data/historical/{symbol}': EVERYBODY,
  'GET /api/v1/market-data/explain/{symbol}': EVERYBODY,
  'GET /api/v1/market-data/sources/status': EVERYBODY,
  'POST /api/v1/market-data/watchlist/refresh': BY_KIND,
  'POST /api/v1/market-data/portfolio/refresh': BY_KIND,
  'POST /api/v1/market-data/cleanup': ADMIN,
  'GET /api/v1/assets': EVERYBODY,
  'GET /api/v1/assets/{symbol}': EVERYBODY,
  'GET /api/v1/freshness': EVERYBODY,

  'GET /api/v1/watchlists': OWN,
  'POST /api/v1/watchlists': OWN_CHANGES,
  'GET /api/v1/watchlists/{watchlist_id}': OWN,
  'PATCH /api/v1/watchlists/{watchlist_id}': OWN_CHANGES,
  'DELETE /api/v1/watchlists/{watchlist_id}': OWN_CHANGES,
  'GET /api/v1/watchlists/{watchlist_id}/items': OWN,
  'POST /api/v1/watchlists/{watchlist_id}/items': OWN_CHANGES,
  'GET /api/v1/watchlists/{watchlist_id}/items/{symbol}': OWN,
  'DELETE /api/v1/watchlists/{watchlist_id}/items/{symbol}': OWN_CHANGES,
  'GET /api/v1/watchlists/{watchlist_id}/prices': OWN,

  'GET /api/v1/portfolios': OWN,
  'POST /api/v1/portfolios': OWN_CHANGES,
  'GET /api/v1/portfolios/{portfolio_id}': OWN,
  'PATCH /api/v1/portfolios/{portfolio_id}': OWN_CHANGES,
  'DELETE /api/v1/portfolios/{portfolio_id}': OWN_CHANGES,
  'GET /api/v1/portfolios/{portfolio_id}/history': OWN,
  'GET /api/v1/portfolios/{portfolio_id}/holdings': OWN,
  'POST /api/v1/portfolios/{portfolio_id}/holdings': OWN_CHANGES,
  'GET /api/v1/portfolios/{portfolio_id}/holdings/{holding_id}': OWN,
  'PATCH /api/v1/portfolios/{portfolio_id}/holdings/{holding_id}': OWN_CHANGES,
  'DELETE /api/v1/portfolios/{portfolio_id}/holdings/{holding_id}': OWN_CHANGES,
  'GET /api/v1/portfolios/{portfolio_id}/holdings/{holding_id}/changes': OWN,

  'POST /api/v1/scheduler/start': ADMIN,
  'POST /api/v1/scheduler/stop': ADMIN,
  'POST /api/v1/scheduler/force-refresh': ADMIN,
  'POST /api/v1/scheduler/refresh': BY_KIND,
  'GET /api/v1/scheduler/status': EVERYBODY,
  'GET /api/v1/scheduler/schedules': EVERYBODY,
  'GET /api/v1/scheduler/schedules/{name}': EVERYBODY,
  'PUT /api/v1/scheduler/schedules/{name}': ADMIN,

  'GET /api/v1/me': ONESELF,
  'GET /api/v1/users': OWN,
  'POST /api/v1/users': ADMIN,
  'GET /api/v1/users/{user_id}': OWN,
  'GET /api/v1/keys': OWN_BUT_ADMIN,
  'POST /api/v1/keys': ADMIN,
  'DELETE /api/v1/keys/{key_id}': OWN_BUT_ADMIN,
  'POST /api/v1/session': ONESELF,
  'GET /api/v1/session': ONESELF,
  'DELETE /api/v1/session': ONESELF,
  'POST /api/v1/session/links': ONESELF,

  'GET /api/v1/strategies': EVERYBODY,
  'POST /api/v1/strategies': ADMIN,
  'GET /api/v1/strategies/{strategy_id}': EVERYBODY,
  'PATCH /api/v1/strategies/{strategy_id}': ADMIN,
  'DELETE /api/v1/strategies/{strategy_id}': ADMIN,
  'GET /api/v1/strategies/{strategy_id}/allocations': EVERYBODY,
  'GET /api/v1/strategies/{strategy_id}/signals': EVERYBODY,
  'GET /api/v1/indexes': EVERYBODY,
  'GET /api/v1/indexes/{index_id}/values': EVERYBODY,
  'GET /api/v1/metrics': OWN,
  'GET /api/v1/benchmark': OWN,

  'GET /api/v1/anomalies': EVERYBODY,
  'GET /api/v1/alerts': EVERYBODY,
  'GET /api/v1/audit': { admin: 'any', system: 'no', support: 'any', user: 'no' },
  'GET /api/v1/queues': EVERYBODY,
  'GET /api/v1/failed': STAFF,
  'POST /api/v1/failed/{id}/retry': ADMIN,
  'POST /api/v1/failed/retry-all': ADMIN,
  'DELETE /api/v1/failed': ADMIN,

  'GET /api/v1/webhooks/endpoints': OWN_BUT_ADMIN,
  'POST /api/v1/webhooks/endpoints': ONESELF,
  'GET /api/v1/webhooks/endpoints/{endpoint_id}': OWN_BUT_ADMIN,
  'PATCH /api/v1/webhooks/endpoints/{endpoint_id}': OWN_BUT_ADMIN,
  'DELETE /api/v1/webhooks/endpoints/{endpoint_id}': OWN_BUT_ADMIN,
  'POST /api/v1/webhooks/endpoints/{endpoint_id}/rotate-secret': OWN_BUT_ADMIN,
  'GET /api/v1/webhooks/deliveries': OWN_BUT_ADMIN,
  'POST /api/v1/webhooks/deliveries/{delivery_id}/replay': OWN_BUT_ADMIN,
  'GET /api/v1/webhooks/triggers': OWN_BUT_ADMIN,
  'POST /api/v1/webhooks/triggers': ONESELF,
  'GET /api/v1/webhooks/triggers/{trigger_id}': OWN_BUT_ADMIN,
  'PATCH /api/v1/webhooks/triggers/{trigger_id}': OWN_BUT_ADMIN,
  'DELETE /api/v1/webhooks/triggers/{trigger_id}': OWN_BUT_ADMIN,
  // Needs no key: the signature authenticates.
  'POST /api/v1/webhooks/triggers/{trigger_id}': ONESELF,

  'GET /events/price-updates': EVERYBODY,
  'GET /metrics': { admin: 'any', system: 'no', support: 'any', user: 'no' },
  // Need no key: load balancers ask these.
  'GET /livez': EVERYBODY,
  'GET /readyz': EVERYBODY,
};

/** Which refreshes a role may start. `named`: only with 1 to 100 named symbols. */
export type RefreshReach = Reach | 'named';
export const MOST_NAMED = 100;
const NAMED: Record<Role, RefreshReach> = { admin: 'any', system: 'any', support: 'any', user: 'named' };

export const REFRESH_ACCESS: Record<RefreshKind, Record<Role, RefreshReach>> = {
  all: ADMIN_AND_SYSTEM,
  strategy: ADMIN_AND_SYSTEM,
  prices: NAMED,
  benchmark: NAMED,
  group: NAMED,
  symbols: NAMED,
  watchlist: OWN,
  portfolio: OWN,
  holdings: OWN,
};

/** Kinds that recalculate portfolios. For a user they cover the own ones only, because everybody who asked for a refresh sees all its items. */
export const OF_PORTFOLIOS: readonly RefreshKind[] = ['portfolio', 'holdings', 'benchmark'];

/** Roles that may use emergency priority. */
export const EMERGENCY: readonly Role[] = ['admin'];
