import { completionOf } from './completion.ts';
import type { RefreshRecord } from './refresh-record.ts';

const start = Date.UTC(2026, 10, 20, 15);

/** Half of a hundred symbols landed two seconds after the start, by one of two calls that were to take four seconds. */
function record(more: Partial<RefreshRecord> = {}): RefreshRecord {
  return {
    ...{ status: 'in_progress', step: 'fetching', startedAt: new Date(start), changedAt: new Date(start + 2_000) },
    ...{ total: 100, fetches: 100, open: 50, calculated: 0, providerCalls: { yahoo: 1 } },
    estimate: { calls: { yahoo: 2 }, duration_ms: 4_000 },
    ...more,
  } as unknown as RefreshRecord;
}

const endsAfterMs = (of: RefreshRecord) => {
  const completion = completionOf(of);
  return completion && Math.round(completion.getTime() - start);
};

test('half done after two seconds means two seconds more', () => {
  expect(endsAfterMs(record())).toBe(4_000);
  expect(endsAfterMs(record({ estimate: null }))).toBe(4_000);
});

test('nothing is promised of a refresh that has not begun, or of which nothing is known', () => {
  expect(endsAfterMs(record({ startedAt: null }))).toBeNull();
  expect(endsAfterMs(record({ open: 100, providerCalls: {}, estimate: null }))).toBeNull();
  expect(endsAfterMs(record({ open: 100, providerCalls: {} }))).toBe(4_000);
});

test('calls are the measure, not symbols: five calls brought all quotes, their histories are five hundred calls', () => {
  const history = record({
    ...{ total: 1_000, fetches: 1_000, open: 500, changedAt: new Date(start + 500), providerCalls: { yahoo: 5 } },
    estimate: { calls: { yahoo: 505 }, duration_ms: 50_500 },
  });
  expect(endsAfterMs(history)).toBeGreaterThan(45_000);
  expect(endsAfterMs(history)).toBeLessThan(56_000);
});

test('a burst that the quota lets go at once is no pace: what it waits for then is', () => {
  const burst = record({
    ...{ open: 60, changedAt: new Date(start + 300), providerCalls: { twelve: 8 } },
    estimate: { calls: { twelve: 20 }, duration_ms: 120_240, waiting_ms: 119_000 },
  });
  expect(endsAfterMs(burst)).toBeGreaterThan(100_000);
});

test('what is calculated afterwards is counted in, and carries on its own pace', () => {
  expect(endsAfterMs(record({ total: 1_100, estimate: null }))).toBe(5_000);
  const stored = { open: 0, fetches: 0, total: 1_000, providerCalls: {}, step: 'calculating' as const };
  expect(endsAfterMs(record({ ...stored, calculated: 0.5 }))).toBe(4_000);
  const fetched = {
    open: 0,
    total: 1_100,
    step: 'calculating' as const,
    estimate: { calls: { yahoo: 2 }, duration_ms: 2_500 },
  };
  expect(endsAfterMs(record({ ...fetched, calculated: 0 }))).toBe(3_000);
  expect(endsAfterMs(record({ ...fetched, calculated: 0.25, changedAt: new Date(start + 2_000) }))).toBe(3_500);
});

test('it is never in the past of what the row knows', () => {
  expect(
    endsAfterMs(record({ open: 1, changedAt: new Date(start + 60_000), providerCalls: { yahoo: 9 } })),
  ).toBeGreaterThanOrEqual(60_000);
});

test('what went by while others were served is no pace: thirty seconds in line, then a call each 100 ms', () => {
  const inLine = {
    ...{ landingSince: new Date(start + 30_000), total: 60, fetches: 60 },
    estimate: { calls: { yahoo: 60 }, duration_ms: 36_000, waiting_ms: 30_000 },
  };
  const first = { ...inLine, open: 59, providerCalls: { yahoo: 1 }, changedAt: new Date(start + 30_100) };
  expect(endsAfterMs(record(first))).toBeGreaterThan(24_000);
  expect(endsAfterMs(record(first))).toBeLessThan(54_000);
  const third = { ...inLine, open: 40, providerCalls: { yahoo: 20 }, changedAt: new Date(start + 32_000) };
  expect(endsAfterMs(record(third))).toBeGreaterThan(33_000);
  expect(endsAfterMs(record(third))).toBeLessThan(40_000);
});

test('the first landing may seem to be later than its change: its end is a moment all the same', () => {
  for (const behindMs of [1, 20, 5_000]) {
    const first = record({
      ...{ open: 98, changedAt: new Date(start + 30), landingSince: new Date(start + 30 + behindMs) },
      ...{ providerCalls: { yahoo: 1 }, estimate: { calls: { yahoo: 50 }, duration_ms: 45 } },
    });
    expect(endsAfterMs(first)).toBeGreaterThanOrEqual(30);
  }
});
