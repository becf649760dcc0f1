import type { WindowState } from './ledger.ts';
import { sustainedPerS } from './sustained.ts';

const now = new Date('2026-03-10T12:00:00Z');
const HOUR_S = 3_600;
const day = (more: Partial<WindowState> = {}): WindowState => ({
  ...{ limit: 800, perSeconds: 86_400, used: 0, remaining: 800, usedByRank: {}, parkedUntil: null },
  resets: { every: 'day', hour: 0, zone: 'UTC' },
  resetsAt: new Date('2026-03-11T00:00:00Z'),
  ...more,
});
const perHour = (window: WindowState, at = now) => (sustainedPerS(window, [window], at) ?? Number.NaN) * HOUR_S;

test('until the shares are released schedules spend their own, three tenths, and what is left of it as the day goes by', () => {
  // The release begins two hours before the reset.
  expect(perHour(day())).toBeCloseTo(240 / 10);
  expect(perHour(day({ used: 140, remaining: 660, usedByRank: { 30: 140 } }))).toBeCloseTo(100 / 10);
  expect(perHour(day({ used: 240, remaining: 560, usedByRank: { 30: 240 } }))).toBe(0);
  // What people use of their own shares takes nothing from it.
  expect(perHour(day({ used: 320, remaining: 480, usedByRank: { 20: 320 } }))).toBeCloseTo(240 / 10);
});

test('from the release on it is all that is not kept any more', () => {
  const late = day({ used: 240, remaining: 560, usedByRank: { 30: 240 } });
  expect(perHour(late, new Date('2026-03-10T22:30:00Z'))).toBeGreaterThan(0);
  expect(perHour(late, new Date('2026-03-10T23:50:00Z'))).toBeCloseTo(560 * 6);
});

test('of a window that slides it is what the more urgent do not use, for ever; a short one is there to be used up', () => {
  const slides = day({ resets: undefined, used: 600, remaining: 200, usedByRank: { 20: 200, 30: 400 } });
  expect(perHour(slides)).toBeCloseTo(600 / 24);
  expect(sustainedPerS(day({ resets: undefined, perSeconds: 60 }), [], now)).toBeNull();
});
