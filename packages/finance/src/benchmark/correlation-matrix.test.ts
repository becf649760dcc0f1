import { correlationMatrix } from './correlation-matrix.ts';

test('correlations are of common history, and null where that says nothing', () => {
  const column = (...values: number[]): Float64Array => Float64Array.from(values);
  const returns = [
    column(1, 2, 3, Number.NaN),
    column(-1, -2, -3, 9),
    column(5, 5, 5, 5),
    column(Number.NaN, Number.NaN, 1, 2),
  ];
  const { values } = correlationMatrix({ sessions: [], symbols: ['A', 'B', 'FLAT', 'LATE'], returns });
  expect(values[0]).toEqual([1, expect.closeTo(-1), null, null]);
  expect(values[2]).toEqual([null, null, null, null]);
  expect(values[3]).toEqual([null, expect.closeTo(1), null, 1]);
});
