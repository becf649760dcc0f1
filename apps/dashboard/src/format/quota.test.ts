import { forecastSays, windowSays, windowTone } from './quota.ts';

const now = Date.UTC(2026, 10, 20, 12);
const inHours = (hours: number) => new Date(now + hours * 3_600_000).toISOString();
const window = (more: object = {}) => ({
  name: 'day',
  limit: 800,
  per_s: 86_400,
  counts: 'calls' as const,
  used: 100,
  remaining: 700,
  resets_at: inHours(12),
  forecast: { runs_out_at: null, lasts: true, stretch: 1 },
  ...more,
});

test('a window without a name is called by its length', () => {
  expect(
    [
      { name: 'minute', per_s: 60 },
      { name: '300 s', per_s: 300 },
    ].map(windowSays),
  ).toEqual(['minute', '5 min']);
});

test('a window that lasts says when it resets, one that doesn’t when it runs out, a spent one when it is back', () => {
  expect(forecastSays(window(), now)).toBe('resets in 12 h');
  const forecast = { runs_out_at: inHours(3), lasts: false, stretch: 0.4 };
  expect(forecastSays(window({ forecast }), now)).toBe('runs out in 3 h');
  const own = { resets_at: null };
  expect(forecastSays(window({ ...own, used: 0, remaining: 800 }), now)).toBe('unused');
  expect(forecastSays(window(own), now)).toBe('enough at this pace');
  expect(forecastSays(window({ used: 800, remaining: 0 }), now)).toBe('spent, back in 12 h');
  expect(forecastSays(window({ used: 2, limit: 2, remaining: 0, resets_at: inHours(-0.001) }), now)).toBe('free again');
});

test('a minute that is used up is what it is for; a day that won’t last is worrying', () => {
  expect(windowTone(window({ per_s: 60, used: 750 }), now)).toBe('low');
  expect(windowTone(window({ per_s: 1, used: 800, resets_at: inHours(-0.001) }), now)).toBe('low');
  expect(windowTone(window({ used: 100 }), now)).toBe('low');
  expect(windowTone(window({ used: 600 }), now)).toBe('middle');
  expect(windowTone(window({ used: 760 }), now)).toBe('high');
  expect(windowTone(window({ forecast: { runs_out_at: inHours(1), lasts: false, stretch: 1 } }), now)).toBe('high');
});
