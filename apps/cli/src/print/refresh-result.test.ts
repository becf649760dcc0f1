import { resultText } from './refresh-result.ts';

type Result = Parameters<typeof resultText>[0];
const result = (more: object): Result => ({
  ...({ refresh_id: 'ref_1', status: 'success', duration_ms: 412, queued_ms: 0, reason: null } as Result),
  ...{ items_updated: { prices: 2, portfolios: 0, metrics: 0 }, items_skipped: {}, provider_calls: {}, failures: [] },
  ...{ next_refresh_at: null },
  ...more,
});

test('what there is nothing of has no line', () => {
  expect(resultText(result({}))).toBe('ref_1  success in 0.4 s (waited 0 s)\n  updated    2 prices\n');
});

test('a refresh that did nothing says why, and when the next one would do something', () => {
  const nothing = { items_updated: { prices: 0, portfolios: 0, metrics: 0 }, reason: 'nothing was refreshed' };
  const text = resultText(result({ ...nothing, items_skipped: { market_closed: 2 }, next_refresh_at: '2026-11-23' }));
  expect(text).toContain('  updated    nothing\n  skipped    2 market closed\n');
  expect(text).toContain('  because    nothing was refreshed\n  next       2026-11-23\n');
});

test('failures are told with what is served instead, twenty of them, and how many more there are', () => {
  const failures = Array.from({ length: 23 }, (_, at) => ({
    ...{ symbol: `S${at}`, kind: 'unavailable', detail: 'HTTP 503', chain: [] },
    served: at === 0 ? { source: 'yahoo', age_s: 300 } : null,
  }));
  const text = resultText(result({ status: 'partial', reason: 'some failed', failures }));
  expect(text).toContain('  failed     S0: unavailable, HTTP 503; served yahoo, 5 min old\n');
  expect(text).toContain('  failed     S19: unavailable, HTTP 503\n  failed     and 3 more\n');
  expect(text).not.toContain('because');
});
