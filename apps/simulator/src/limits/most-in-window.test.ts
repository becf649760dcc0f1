import { mostInWindow } from './most-in-window.ts';

const at = (...times: number[]) => times.map((atMs) => ({ atMs, cost: 2 }));

describe('the most that any window held', () => {
  test('counts calls or their cost, and a call a whole window later no more', () => {
    const calls = at(0, 30_000, 59_999, 60_000);
    expect(mostInWindow(calls, { limit: 9, perSeconds: 60 })).toBe(3);
    expect(mostInWindow(calls, { limit: 9, perSeconds: 60, counts: 'cost' })).toBe(6);
    expect(mostInWindow([], { limit: 9, perSeconds: 60 })).toBe(0);
  });

  test('sees a burst across the boundary that a window by the clock does not see', () => {
    const calls = at(59_000, 59_500, 60_000, 60_500);
    expect(mostInWindow(calls, { limit: 9, perSeconds: 60 })).toBe(4);
    expect(mostInWindow(calls, { limit: 9, perSeconds: 60, byTheClock: true })).toBe(2);
  });

  test('counts days between their resets', () => {
    const [noon, night] = [Date.UTC(2026, 10, 20, 12), Date.UTC(2026, 10, 21, 0)];
    const resets = { every: 'day', hour: 0, zone: 'UTC' } as const;
    expect(mostInWindow(at(noon, night - 1, night), { limit: 9, perSeconds: 86_400, resets })).toBe(2);
  });
});
