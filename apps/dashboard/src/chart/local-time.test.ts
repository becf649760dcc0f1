import { markSays, momentSays } from './local-time.ts';

const ZONE = 'America/New_York';

test('a chart tells the time in the reader’s own zone', () => {
  const close = Date.UTC(2026, 10, 20, 21, 0) / 1_000;
  expect(momentSays(close, ZONE)).toBe('20 Nov, 16:00');
  expect(markSays(close, 'time', ZONE)).toBe('16:00');
});

test('past midnight in UTC it may still be the day, or the year, before', () => {
  expect(markSays(Date.UTC(2026, 10, 21, 1) / 1_000, 'day', ZONE)).toBe('20 Nov');
  expect(markSays(Date.UTC(2027, 0, 1, 1) / 1_000, 'year', ZONE)).toBe('2026');
});
