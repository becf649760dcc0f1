import type { RefreshRecord } from './refresh-record.ts';

/** How long one core takes to calculate one portfolio with its metrics and store them. */
export const CALCULATION_MS = 1;

/**
 * When a refresh will probably end, from its row alone; null while nothing is known. For the fetching there are two predictions:
 * the estimate of the plan, and the pace of the calls that have landed. The pace is unreliable at first (the first of several calls
 * in flight lands; a quota lets eight calls go at once and the next only after a minute), so its weight grows with the number of calls.
 * The two are averaged geometrically, because an estimate is wrong by a factor.
 */
export function completionOf(record: RefreshRecord): Date | null {
  if (!record.startedAt) return null;
  const elapsedMs = Math.max(1, record.changedAt.getTime() - record.startedAt.getTime());
  const totalMs = record.open > 0 ? fetchingMs(record, elapsedMs) : calculatingMs(record, elapsedMs);
  return totalMs === null ? null : new Date(record.startedAt.getTime() + Math.max(elapsedMs, totalMs));
}

/** After this many landed calls the pace weighs as much as the estimate. */
const CALLS_TO_TRUST = 2;

function fetchingMs(record: RefreshRecord, elapsedMs: number): number | null {
  const { estimate, open, fetches } = record;
  const expectedMs = estimate ? Math.max(1, estimate.duration_ms - ownCalculationMs(record)) : null;
  const landed = sum(record.providerCalls);
  const settled = (fetches - open) / fetches;
  // Progress is counted in calls, which take about the same time each: 500 quotes are five calls, their histories 500.
  const done = estimate ? Math.min(settled, landed / Math.max(1, sum(estimate.calls))) : settled;
  if (done <= 0) return expectedMs === null ? null : expectedMs + ownCalculationMs(record);
  if (expectedMs === null) return elapsedMs / done + ownCalculationMs(record);
  const callMs = expectedMs / Math.max(1, sum(estimate?.calls ?? {}));
  const waitedMs = waitedFor(record, callMs);
  const pacedMs = (elapsedMs - waitedMs) / done;
  const waitingMs = estimate?.waiting_ms ?? 0;
  const trust =
    waitingMs > expectedMs / 2 ? elapsedMs / (elapsedMs + waitingMs / 2) : landed / (landed + CALLS_TO_TRUST);
  const ownMs = Math.max(callMs, expectedMs - waitedMs) ** (1 - trust) * pacedMs ** trust;
  return waitedMs + ownMs + ownCalculationMs(record);
}

/**
 * How long the refresh stood in line: the time before the first landing, less one call. It says nothing of the pace. `landingSince` may lie some
 * ms after `changedAt` of the same landing, as the two clocks are read one after the other, so the earlier of the two counts.
 */
function waitedFor({ startedAt, landingSince, changedAt }: RefreshRecord, callMs: number): number {
  if (!startedAt || !landingSince) return 0;
  const since = Math.min(landingSince.getTime(), changedAt.getTime());
  return Math.max(0, since - startedAt.getTime() - callMs);
}

function calculatingMs(record: RefreshRecord, elapsedMs: number): number {
  const { calculated, estimate } = record;
  const expectedMs = ownCalculationMs(record);
  if (calculated <= 0) return elapsedMs + expectedMs;
  // How long the fetching took is not stored, so the estimate stands in for it. Without calls it took no time.
  const fetchedMs =
    sum(record.providerCalls) === 0 ? 0 : Math.max(0, (estimate?.duration_ms ?? elapsedMs) - expectedMs);
  const pacedMs = Math.max(0, elapsedMs - fetchedMs) / calculated;
  return elapsedMs + (1 - calculated) * (fetchedMs === 0 ? pacedMs : Math.max(expectedMs, pacedMs));
}

function ownCalculationMs({ total, fetches }: RefreshRecord): number {
  return (total - fetches) * CALCULATION_MS;
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((all, n) => all + n, 0);
}
