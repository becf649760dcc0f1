import { STEPS, Walk } from './walk.ts';

const shape = { daily: 0.01, drift: 0.0003, gap: 0.25, spread: 0.2, pathsKept: 0 };

describe('a walk', () => {
  test('is at nothing on the reference day, and each path ends at its day’s close', () => {
    const walk = new Walk(99, shape);
    expect(walk.close(0)).toBe(0);
    for (const day of [-2000, -1, 1, 2, 1023, 1024, 1025, 3000]) {
      expect(walk.path(day)[STEPS]).toBe(walk.close(day));
    }
  });

  test('has returns of the asked size, knots included, and no two days alike', () => {
    const walk = new Walk(4, { ...shape, drift: 0 });
    const returns = Array.from({ length: 4096 }, (_, day) => walk.close(day) - walk.close(day - 1));
    const size = Math.sqrt(returns.reduce((sum, value) => sum + value ** 2, 0) / returns.length);
    expect(size).toBeGreaterThan(0.0095);
    expect(size).toBeLessThan(0.0105);
    expect(new Set(returns).size).toBe(returns.length);
    expect(Math.max(...returns.map(Math.abs))).toBeLessThan(0.05);
  });

  test('without a gap opens where it closed, and has the same closes as with one', () => {
    const gapless = new Walk(4, { ...shape, gap: 0 });
    expect(gapless.path(10)[0]).toBe(gapless.close(9));
    expect(gapless.close(10)).toBe(new Walk(4, shape).close(10));
  });
});
