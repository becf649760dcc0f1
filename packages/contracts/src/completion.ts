import type { RefreshRecord } from './refresh-record.ts';

/** Calculating a portfolio with its metrics, stored; on one core. */
export const CALCULATION_MS = 1;

/**
 * When a refresh will probably end, from its row alone; null while nothing is known. Two things are known of the fetching:
 * what was estimated when it was planned, and the pace of what has landed since. The pace says nothing at first (the first of
 * several calls in flight lands; a quota lets eight calls go at once and the next after a minute), so it gains weight with
 * what it is made of, and both are weighed as ratios, for an estimate is wrong by a factor.
 */
export function completionOf(record: RefreshRecord): Date | null {
  if (!record.startedAt) return null;
  const elapsedMs = Math.max(1, record.changedAt.getTime() - record.startedAt.getTime());
  const totalMs = record.open > 0 ? fetchingMs(record, elapsedMs) : calculatingMs(record, elapsedMs);
  return totalMs === null ? null : new Date(record.startedAt.getTime() + Math.max(elapsedMs, totalMs));
}

/** So many landed calls, and the pace weighs as much as the estimate. */
const CALLS_TO_TRUST = 2;

function fetchingMs(record: RefreshRecord, elapsedMs: number): number | null {
  const { estimate, open, fetches } = record;
  const expectedMs = estimate ? Math.max(1, estimate.duration_ms - ownCalculationMs(record)) : null;
  const landed = sum(record.providerCalls);
  const settled = (fetches - open) / fetches;
  // Calls are of a size, symbols are not: five hundred quotes are five calls, their histories five hundred.
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
 * What went by before anything landed, but for what a call takes: others were served, and it says nothing of the pace. Less than has gone by in
 * all: the two moments of a landing are read one after the other, and the first landing's may be some ms behind that of its change.
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
  // What the fetching took is not written down; where nothing was asked for, it took nothing.
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
