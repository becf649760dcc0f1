import type { RefreshRecord } from './refresh-record.ts';
import { RefreshView } from './refresh.ts';
import { isLate, progressOf, viewOf } from './refresh-view.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 20, 15, 0, seconds));

function record(more: Partial<RefreshRecord> = {}): RefreshRecord {
  return {
    id: 'ref_1',
    kind: 'all',
    mode: 'smart',
    target: {},
    symbols: null,
    maxAgeS: null,
    status: 'in_progress',
    step: 'fetching',
    rank: 10,
    source: 'manual',
    userId: 'usr_1',
    requestId: null,
    traceparent: null,
    landingSince: null,
    acceptedAt: at(0),
    startedAt: at(1),
    endedAt: null,
    changedAt: at(3),
    seq: 3,
    calculates: true,
    total: 120,
    fetches: 100,
    open: 50,
    done: 50,
    failed: 1,
    prices: 40,
    portfolios: 0,
    metrics: 0,
    calculated: 0,
    skipped: {},
    providerCalls: { yahoo: 1 },
    failures: [],
    endReason: null,
    nextRefreshAt: null,
    estimate: null,
    ...more,
  };
}

test('progress is fetching to 0.7, calculating to 0.95, announcing to 1', () => {
  expect(progressOf(record({ status: 'queued', step: 'queued' }))).toBe(0);
  expect(progressOf(record())).toBe(0.35);
  expect(progressOf(record({ open: 0 }))).toBe(0.7);
  expect(progressOf(record({ step: 'calculating', calculated: 0.5 }))).toBe(0.825);
  expect(progressOf(record({ step: 'announcing' }))).toBe(0.95);
  expect(progressOf(record({ status: 'partial' }))).toBe(1);
});

test('both shapes of the view are those of the contract', () => {
  for (const each of [
    record(),
    record({ status: 'queued', step: 'queued', startedAt: null }),
    record({ status: 'success', endedAt: at(9), skipped: { fresh: 2 } }),
  ]) {
    expect(RefreshView.parse(viewOf(each))).toEqual(viewOf(each));
  }
});

test('the end tells the time of work and the time of waiting apart', () => {
  expect(viewOf(record({ status: 'success', endedAt: at(9) }))).toMatchObject({
    duration_ms: 8_000,
    queued_ms: 1_000,
    timestamp: at(9).toISOString(),
  });
});

test('an end that was predicted and has passed is told no more, and never one that had passed when the row changed', () => {
  const running = record({ estimate: { calls: { yahoo: 2 }, duration_ms: 4_000 } });
  expect(viewOf(running, at(4))).toMatchObject({ estimated_completion: expect.any(String) });
  expect(isLate(running, at(4))).toBe(false);
  for (const now of [at(6), at(3_600)]) {
    expect(viewOf(running, now)).toMatchObject({ estimated_completion: null });
    expect(isLate(running, now)).toBe(true);
  }
  const slow = record({ estimate: { calls: { yahoo: 2 }, duration_ms: 4_000 }, changedAt: at(40), open: 100 });
  expect(viewOf({ ...slow, providerCalls: {} })).toMatchObject({ estimated_completion: null });
  expect(isLate(record({ status: 'success', endedAt: at(9) }), at(3_600))).toBe(false);
});
