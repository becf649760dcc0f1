import { formatAge, formatDuration, formatEta, formatMoment, formatRelative } from './times.ts';

test('an age is one unit, rounded down', () => {
  expect([0, 1, 59.9, 60, 3_599, 3_600, 86_400, 200_000].map(formatAge)).toEqual([
    'now',
    '1 s',
    '59 s',
    '1 min',
    '59 min',
    '1 h',
    '24 h',
    '2 d',
  ]);
});

test('durations grow from milliseconds to hours', () => {
  expect([8, 940, 5_230, 48_000, 125_000, 7_260_000].map(formatDuration)).toEqual([
    '8 ms',
    '940 ms',
    '5.2 s',
    '48 s',
    '2 min 5 s',
    '2 h 1 min',
  ]);
});

test('no duration has sixty of a unit', () => {
  expect([999.6, 9_960, 59_600, 119_600, 3_599_600, 7_199_000].map(formatDuration)).toEqual([
    '1.0 s',
    '10 s',
    '1 min 0 s',
    '2 min 0 s',
    '1 h 0 min',
    '2 h 0 min',
  ]);
});

test('a moment of another year says which', () => {
  const now = new Date(2026, 10, 20, 12).getTime();
  const at = (year: number, day: number) => new Date(year, 10, day, 14, 3, 12).toISOString();
  expect([at(2026, 20), at(2026, 19), at(2024, 20)].map((moment) => formatMoment(moment, now))).toEqual([
    '14:03:12',
    '19 Nov, 14:03',
    '20 Nov 2024, 14:03',
  ]);
});

test('what is left is rounded up, and nobody is told a time that has passed', () => {
  const now = Date.UTC(2026, 10, 20);
  const at = (seconds: number) => new Date(now + seconds * 1_000).toISOString();
  expect(formatEta(null, now)).toBeNull();
  expect(formatEta(at(2.2), now)).toBe('about 3 s left');
  expect(formatEta(at(-4), now)).toBe('about to end');
  expect(formatEta(at(-60), now)).toBeNull();
  expect([formatRelative(at(90), now), formatRelative(at(-90), now), formatRelative(at(0.2), now)]).toEqual([
    'in 1 min',
    '1 min ago',
    'just now',
  ]);
});
