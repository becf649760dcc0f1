/** The refresh row under the names of the record; one place, so that every reader sees the same record. */
export const REFRESH_COLUMNS = `
  r.id, r.kind, r.mode, r.target, r.symbols, r.max_age_s as "maxAgeS", r.status, r.step, r.rank, r.source,
  r.user_id as "userId", r.request_id as "requestId", r.traceparent,
  r.accepted_at as "acceptedAt", r.started_at as "startedAt", r.ended_at as "endedAt", r.changed_at as "changedAt",
  r.landing_since as "landingSince", r.seq, r.calculates, r.total, r.fetches, r.open, r.done, r.failed, r.prices, r.portfolios, r.metrics, r.calculated,
  r.skipped, r.provider_calls as "providerCalls", r.failures, r.end_reason as "endReason",
  r.next_refresh_at as "nextRefreshAt", r.estimate`;
