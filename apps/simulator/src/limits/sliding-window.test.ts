import fc from 'fast-check';
import { mostInWindow } from './most-in-window.ts';
import { SlidingWindow } from './sliding-window.ts';

const minute = (limit: number) => new SlidingWindow({ limit, perSeconds: 60 });

/** Every window that begins at an arrival, counted one by one. */
function mostByHand(arrivals: { atMs: number; cost: number }[], lengthMs: number): number {
  const sums = arrivals.map((first) =>
    arrivals
      .filter(({ atMs }) => atMs >= first.atMs && atMs < first.atMs + lengthMs)
      .reduce((sum, { cost }) => sum + cost, 0),
  );
  return Math.max(0, ...sums);
}

describe('a sliding window', () => {
  test('lets a call go exactly one window after it came, not a millisecond earlier', () => {
    const window = minute(2);
    window.add(1000, 1);
    window.add(1500, 1);
    expect(window.used(60_999)).toBe(2);
    expect(window.used(61_000)).toBe(1);
    expect(window.used(61_499.9)).toBe(1);
    expect(window.used(61_500)).toBe(0);
  });

  test('says when so many units fit again', () => {
    const window = minute(10);
    window.add(0, 6);
    window.add(5000, 4);
    expect(window.fitsAt(6000, 0)).toBe(6000);
    expect(window.fitsAt(6000, 6)).toBe(60_000);
    expect(window.fitsAt(6000, 7)).toBe(65_000);
    expect(window.fitsAt(6000, 11)).toBe(66_000);
    expect(window.resetsAt(6000)).toBe(65_000);
  });

  test('forgets in time however much came', () => {
    const window = minute(1_000_000);
    for (let ms = 0; ms < 200_000; ms += 10) window.add(ms, 1);
    expect(window.used(199_990)).toBe(6000);
  });

  test('never admits more than its limit to any window, as counted by hand', () => {
    const gaps = fc.array(fc.record({ ms: fc.integer({ min: 0, max: 30_000 }), cost: fc.integer({ min: 1, max: 4 }) }));
    fc.assert(
      fc.property(gaps, (calls) => {
        const window = minute(5);
        const admitted: { atMs: number; cost: number }[] = [];
        let now = 0;
        for (const { ms, cost } of calls) {
          now += ms;
          if (window.fitsAt(now, cost) > now) continue;
          window.add(now, cost);
          admitted.push({ atMs: now, cost });
        }
        const most = mostByHand(admitted, 60_000);
        return most <= 5 && most === mostInWindow(admitted, { limit: 5, perSeconds: 60, counts: 'cost' });
      }),
    );
  });
});
