import type { RefreshResult } from '@freshet/contracts';
import { summaryOf } from './summary.ts';

const result = (more: Partial<RefreshResult> = {}): RefreshResult => ({
  status: 'success',
  refresh_id: 'ref_1',
  kind: 'watchlist',
  mode: 'smart',
  priority: 'high',
  source: 'manual',
  request_id: null,
  accepted_at: '2026-11-20T12:00:00.000Z',
  timestamp: '2026-11-20T12:00:01.000Z',
  duration_ms: 820,
  queued_ms: 4,
  progress: 1,
  current_step: 'Done',
  items: { total: 13, done: 13, failed: 0 },
  items_updated: { prices: 1, portfolios: 0, metrics: 0 },
  items_skipped: {},
  provider_calls: {},
  failures: [],
  reason: null,
  next_refresh_at: null,
  ...more,
});

test('an end is told in a line: what was updated, what was left and why', () => {
  expect(summaryOf(result())).toBe('Done in 820 ms: 1 price updated');
  expect(summaryOf(result({ items_skipped: { fresh: 3, market_closed: 9 } }))).toBe(
    'Done in 820 ms: 1 price updated, 3 fresh already, 9 market closed',
  );
});

test('a refresh that did nothing, or failed, says so', () => {
  const nothing = { items_updated: { prices: 0, portfolios: 0, metrics: 0 } };
  expect(summaryOf(result(nothing))).toBe('Done in 820 ms: nothing to do');
  const skipped = { ...nothing, items_skipped: { market_closed: 2 } };
  expect(summaryOf(result({ ...skipped, reason: 'nothing was refreshed: 2 market_closed' }))).toBe(
    'Done in 820 ms: 2 market closed',
  );
  expect(
    summaryOf(
      result({ ...nothing, status: 'failed', items: { total: 1, done: 1, failed: 1 }, reason: 'No provider.' }),
    ),
  ).toBe('Failed in 820 ms: 1 failed. No provider.');
});

test('what was cut off before it had done anything had something to do', () => {
  const nothing = { items_updated: { prices: 0, portfolios: 0, metrics: 0 } };
  expect(summaryOf(result({ ...nothing, status: 'cancelled' }))).toBe('Cancelled in 820 ms: nothing was done');
  expect(summaryOf(result({ ...nothing, status: 'timed_out' }))).toBe('Timed out in 820 ms: nothing was done');
});

test('the first failure is told in full', () => {
  const failure = {
    symbol: 'XQZV',
    kind: 'unknown_symbol' as const,
    detail: 'Polygon has no last session for this ticker.',
    chain: [],
    served: null,
  };
  expect(
    summaryOf(result({ status: 'partial', reason: '2 of 3 could not be refreshed', failures: [failure, failure] })),
  ).toBe('Done in part in 820 ms: 1 price updated. XQZV: No provider knows it. And 1 more.');
});
