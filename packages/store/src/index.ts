// How Postgres is talked to.
export * from './database/clock.ts';
export * from './database/ids.ts';
export * from './database/is-away.ts';
export * from './database/keep-alive.ts';
export * from './database/pool.ts';
export * from './database/postgres-check.ts';
export * from './database/until-back.ts';

// Migrations and partitions.
export * from './schema/migrate.ts';
export * from './schema/migration-state.ts';
export * from './schema/partitions.ts';
export * from './schema/schema-check.ts';

// Who may do what, and the audit log.
export * from './access/audit.ts';
export { CapReached } from './access/caps.ts';
export * from './access/idempotency.ts';
export * from './access/keys.ts';
export * from './access/sessions.ts';
export * from './access/users.ts';

// The event log.
export * from './events/alerts.ts';
export * from './events/announce.ts';
export * from './events/outbox.ts';

// Assets and their prices.
export * from './prices/anomalies-write.ts';
export * from './prices/assets-read.ts';
export * from './prices/assets-write.ts';
export { type BarsRow, packBars, type PackedBars } from './prices/bars-pack.ts';
export * from './prices/bars-read.ts';
export * from './prices/bars-write.ts';
export * from './prices/changed-quotes.ts';
export * from './prices/last-refusal.ts';
export * from './prices/observations.ts';
export * from './prices/quotes-read.ts';
export * from './prices/quotes-write.ts';

// The row of a refresh.
export * from './refreshes/end.ts';
export * from './refreshes/refresh-read.ts';

// Its life: it is accepted.
export * from './accept/accept-batch.ts';
export * from './accept/accept.ts';
export * from './accept/creation-limits.ts';
export * from './accept/queue-room.ts';

// planned.
export * from './plan/before-plan.ts';
export * from './plan/commit-plan.ts';
export * from './plan/fail-unplanned.ts';
export * from './plan/know.ts';
export * from './plan/scope.ts';
export * from './plan/stand-behind.ts';
export * from './plan/unpriced.ts';

// its wants are claimed, and their answers landed.
export * from './call/claim.ts';
export * from './call/conclude.ts';
export * from './call/drop-wants.ts';
export * from './call/land-together.ts';
export * from './call/land.ts';
export * from './call/lane-clearing.ts';
export * from './call/settle-items.ts';
export { triedSoFar } from './call/tried-so-far.ts';
export type { WantEnd } from './call/want-end.ts';

// what it calculated is stored.
export * from './follow/calculations-read.ts';
export * from './follow/follow.ts';
export * from './follow/packed.ts';
export * from './follow/series-write.ts';
export * from './follow/strategies-run.ts';
export * from './follow/take-strategy.ts';
export * from './follow/valuation.ts';

// and it may be cancelled at any time.
export * from './life/cancel.ts';

// What people keep, and what was calculated of it.
export * from './portfolios/holdings.ts';
export * from './portfolios/portfolios.ts';
export * from './portfolios/results-read.ts';
export * from './portfolios/strategies.ts';
export * from './portfolios/watchlists.ts';

// Webhooks, in and out.
export * from './webhooks/deliveries.ts';
export * from './webhooks/delivery-log.ts';
export * from './webhooks/delivery-outcomes.ts';
export * from './webhooks/webhook-endpoints.ts';
export * from './webhooks/webhook-triggers.ts';

// The sweeper, schedules and retention, and what operators look at.
export * from './upkeep/deep-clean.ts';
export * from './upkeep/examine.ts';
export * from './upkeep/measure.ts';
export * from './upkeep/provider-status-rows.ts';
export * from './upkeep/retention.ts';
export * from './upkeep/schedules.ts';
export * from './upkeep/sweep.ts';
export * from './upkeep/usage.ts';

// What a new installation begins with.
export * from './base/base.ts';
export * from './base/market-kind.ts';
