import { rolling } from '../metrics/rolling.ts';
import { rollingCorrelation } from './rolling-correlation.ts';

const wave = (seed: number, n = 400) =>
  Float64Array.from({ length: n }, (_, i) => Math.sin(i * seed) * 0.01 + Math.cos(i * 7.3) * 0.004);

test('carrying the sums along gives what computing each window anew gives', () => {
  const [a, b] = [wave(1.7), wave(2.3)];
  const fast = rollingCorrelation(63, a, b);
  const slow = rolling('correlation', 63, a, b);
  expect(fast).toHaveLength(slow.length);
  fast.forEach((value, i) => expect(value).toBeCloseTo(slow[i] as number, 9));
});

test('gaps count for nothing, and a window that is mostly gaps says nothing', () => {
  const [a, b] = [wave(1.7, 60), wave(2.3, 60)];
  a.fill(Number.NaN, 10, 40);
  const values = rollingCorrelation(20, a, b);
  expect(values[0]).not.toBeNull();
  expect(values[15]).toBeNull();
});

test('a series that never changes has no correlation', () => {
  expect(rollingCorrelation(5, new Float64Array(9).fill(0.01), wave(1.1, 9))).toEqual([null, null, null, null, null]);
});

test('a series shorter than the window has no values', () => {
  expect(rollingCorrelation(63, wave(1, 10), wave(2, 10))).toEqual([]);
  expect(() => rollingCorrelation(1, wave(1), wave(2))).toThrow(RangeError);
});

test.each([0, 0.0001])(
  'a price that stops moving (%d a day) has none from the window on in which it stood still',
  (flat) => {
    const [a, b] = [wave(1.7), wave(2.3)];
    a.fill(flat, 120, 300);
    const fast = rollingCorrelation(63, a, b);
    const slow = rolling('correlation', 63, a, b);
    expect(fast.map((value) => value === null)).toEqual(slow.map((value) => value === null));
    expect(fast.slice(120, 238)).toEqual(Array(118).fill(null));
  },
);
