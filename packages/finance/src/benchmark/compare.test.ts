import { returnsOfPrices } from '../metrics/returns.ts';
import { compare } from './compare.ts';
import { correlationMatrix } from './correlation-matrix.ts';

const series = (prices: Record<string, number>) =>
  returnsOfPrices(Object.keys(prices), Float64Array.from(Object.values(prices)));

test('relative performance over the sessions that both have', () => {
  const own = series({ '2024-01-01': 100, '2024-01-02': 110, '2024-01-03': 121, '2024-01-04': 121 });
  const market = series({ '2023-12-31': 50, '2024-01-01': 50, '2024-01-02': 52.5, '2024-01-04': 52.5 });
  const compared = compare(own, market, {}, 2);
  if ('reason' in compared) throw new Error(compared.reason);
  expect(compared.sessions).toEqual(['2024-01-02', '2024-01-04']);
  expect([...compared.own]).toEqual([expect.closeTo(0.1), expect.closeTo(0.1)]);
  expect([...compared.relative]).toEqual([expect.closeTo(1.1 / 1.05 - 1), expect.closeTo(1.1 / 1.05 - 1)]);
  expect(compared.rollingCorrelation).toMatchObject({ sessions: ['2024-01-04'], values: [expect.closeTo(1)] });
  expect(compared.metrics.values.beta).toBeCloseTo(2, 12);
});

test('series that never meet cannot be compared, and it says so', () => {
  const early = series({ '2024-01-01': 1, '2024-01-02': 2 });
  expect(compare(early, series({ '2024-02-01': 1, '2024-02-02': 2 }))).toEqual({ reason: 'no_common_history' });
  expect(compare(series({}), series({}))).toEqual({ reason: 'no_common_history' });
});

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
