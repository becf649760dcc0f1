import { completionOf } from './completion.ts';
import type { RefreshRecord } from './refresh-record.ts';
import type { RefreshView } from './refresh.ts';
import { isFinal, priorityOfRank, STEPS } from './vocabulary.ts';
import type { FinalStatus } from './vocabulary.ts';

/** Progress at the end of fetching and of calculating; the end of announcing is 1. */
const FETCHING = 0.7;
const CALCULATING = 0.95;

/** 0..1, from the settled items; never decreases, because items are never unsettled and the total is fixed by the plan. */
export function progressOf(record: RefreshRecord): number {
  if (isFinal(record.status)) return 1;
  if (record.status === 'queued') return 0;
  if (record.step === 'announcing') return CALCULATING;
  if (record.step === 'calculating') return round(FETCHING + (CALCULATING - FETCHING) * record.calculated);
  const settled = record.fetches === 0 ? 1 : (record.fetches - record.open) / record.fetches;
  return round(FETCHING * settled);
}

/**
 * The answer to a poll. It depends on the row alone, and on whether the predicted end has passed by `now`: then none is told. So every
 * replica answers the same, and `seq` can serve as ETag together with `isLate`.
 */
export function viewOf(record: RefreshRecord, now: Date = record.changedAt): RefreshView {
  const shared = {
    refresh_id: record.id,
    kind: record.kind,
    mode: record.mode,
    priority: priorityOfRank(record.rank),
    source: record.source,
    request_id: record.requestId,
    accepted_at: record.acceptedAt.toISOString(),
    progress: progressOf(record),
    current_step: STEPS[isFinal(record.status) ? 'ended' : record.step],
    items: { total: record.total, done: record.done, failed: record.failed },
  };
  if (!isFinal(record.status)) {
    return {
      status: record.status as 'queued' | 'in_progress',
      ...shared,
      estimated_completion: isLate(record, now) ? null : (completionOf(record)?.toISOString() ?? null),
      poll_after_ms: pollAfterMs(record),
    };
  }
  const ended = record.endedAt ?? record.changedAt;
  const started = record.startedAt ?? ended;
  return {
    status: record.status as FinalStatus,
    ...shared,
    timestamp: ended.toISOString(),
    duration_ms: Math.max(0, ended.getTime() - started.getTime()),
    queued_ms: Math.max(0, started.getTime() - record.acceptedAt.getTime()),
    items_updated: { prices: record.prices, portfolios: record.portfolios, metrics: record.metrics },
    items_skipped: record.skipped,
    provider_calls: record.providerCalls,
    failures: record.failures.map(({ served, ...failure }) => ({
      ...failure,
      served: served && {
        source: served.source,
        age_s: Math.max(0, Math.round((ended.getTime() - Date.parse(served.fetched_at)) / 1_000) + served.delay_s),
      },
    })),
    reason: record.endReason,
    next_refresh_at: record.nextRefreshAt?.toISOString() ?? null,
  };
}

/** The refresh runs on though it should have ended by its prediction. Nothing is known then of when it will. */
export function isLate(record: RefreshRecord, now: Date): boolean {
  const completion = isFinal(record.status) ? null : completionOf(record);
  return completion !== null && completion <= now;
}

/** A quarter of the time that is left, 250 ms to 5 s: few polls early on, and the end is seen soon. */
function pollAfterMs(record: RefreshRecord): number {
  const completion = completionOf(record);
  if (!completion) return 500;
  const leftMs = completion.getTime() - record.changedAt.getTime();
  return Math.min(5_000, Math.max(250, Math.round(leftMs / 4 / 50) * 50));
}

function round(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}
