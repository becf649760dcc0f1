import { rolling } from '../metrics/rolling.ts';
import { rollingCorrelation } from './rolling-correlation.ts';

const wave = (seed: number, n = 400) =>
  Float64Array.from({ length: n }, (_, i) => Math.sin(i * seed) * 0.01 + Math.cos(i * 7.3) * 0.004);
const valuesOf = (windows: { value: number | null }[]) => windows.map(({ value }) => value);

test('each window has the correlation that its sample has', () => {
  const [a, b] = [wave(1.7), wave(2.3)];
  const own = rollingCorrelation(63, a, b);
  const other = rolling('correlation', 63, a, b);
  expect(own).toHaveLength(other.length);
  own.forEach(({ at, value }, i) => {
    expect(at).toBe(i + 62);
    expect(value).toBeCloseTo(other[i] as number, 12);
  });
});

test.each([1, 21, 100, 338])('every %d-th window, counted back from the last', (every) => {
  const [a, b] = [wave(1.7), wave(2.3)];
  const all = rollingCorrelation(63, a, b);
  const some = rollingCorrelation(63, a, b, every);
  expect(some).toEqual(all.filter(({ at }) => (399 - at) % every === 0));
  expect(some.at(-1)?.at).toBe(399);
});

test('gaps count for nothing, and a window that is mostly gaps says nothing', () => {
  const [a, b] = [wave(1.7, 60), wave(2.3, 60)];
  a.fill(Number.NaN, 10, 40);
  const values = valuesOf(rollingCorrelation(20, a, b));
  expect(values[0]).not.toBeNull();
  expect(values[15]).toBeNull();
});

test.each([Number.NaN, Infinity, -Infinity])('%d among the returns is a gap', (gap) => {
  const [a, b] = [wave(1.7, 60), wave(2.3, 60)];
  a[30] = gap;
  const [window] = rollingCorrelation(60, a, b);
  expect(window?.value).toBeCloseTo(rolling('correlation', 60, a, b)[0] as number, 12);
});

test.each([0.1, -0.07])('%d again and again has no correlation, whatever its sums round to', (same) => {
  const moving = Float64Array.from({ length: 63 }, (_, i) => Math.sin(i) / 100);
  const constant = new Float64Array(63).fill(same);
  for (const [a, b] of [
    [moving, constant],
    [constant, moving],
  ] as const)
    expect(rollingCorrelation(63, a, b)).toEqual([{ at: 62, value: null }]);
});

test('a series that never changes has no correlation', () => {
  const flat = new Float64Array(9).fill(0.01);
  expect(valuesOf(rollingCorrelation(5, flat, wave(1.1, 9)))).toEqual(Array(5).fill(null));
  expect(valuesOf(rollingCorrelation(5, wave(1.1, 9), flat))).toEqual(Array(5).fill(null));
});

test('a series shorter than the window has no values', () => {
  expect(rollingCorrelation(63, wave(1, 10), wave(2, 10))).toEqual([]);
  expect(() => rollingCorrelation(1, wave(1), wave(2))).toThrow(RangeError);
  expect(() => rollingCorrelation(5, wave(1), wave(2), 0)).toThrow(RangeError);
});

test.each([0, 0.0001])(
  'a price that stops moving (%d a day) has none over a window in which it stood still',
  (flat) => {
    const [a, b] = [wave(1.7), wave(2.3)];
    a.fill(flat, 120, 300);
    const values = valuesOf(rollingCorrelation(63, a, b));
    const other = rolling('correlation', 63, a, b);
    expect(values.map((value) => value === null)).toEqual(other.map((value) => value === null));
    expect(values.slice(120, 238)).toEqual(Array(118).fill(null));
  },
);

test('half of a window is enough', () => {
  const [a, b] = [wave(1.7, 20), wave(2.3, 20)];
  a.fill(Number.NaN, 0, 10);
  expect(valuesOf(rollingCorrelation(20, a, b))).toEqual([expect.any(Number)]);
  a[10] = Number.NaN;
  expect(valuesOf(rollingCorrelation(20, a, b))).toEqual([null]);
});
