import { readComparison, readMatrix } from './comparison.ts';

test('a comparison is read as it was written, with its rolling correlation as points', () => {
  const written = {
    own_return: 0.2,
    benchmark_return: 0.1,
    beta: null,
    from: '2024-11-20',
    rolling_correlation: { window: 63, sessions: ['2025-03-20', '2025-04-21'], values: [0.87, null] },
  };
  expect(readComparison(written)).toMatchObject({
    ownReturn: 0.2,
    benchmarkReturn: 0.1,
    beta: null,
    alpha: null,
    window: 63,
    rolling: [{ time: '2025-03-20', value: 0.87 }],
    reason: null,
  });
});

test('where nothing can be compared the reason is told; what is odd is unknown, not a crash', () => {
  expect(readComparison({ reason: 'no_benchmark' })).toMatchObject({ ownReturn: null, reason: 'no benchmark' });
  for (const odd of [null, 7, { rolling_correlation: { sessions: 'x' } }])
    expect(readComparison(odd).rolling).toEqual([]);
});

test('a matrix has a row and a column for each symbol, with gaps where nothing is known', () => {
  expect(readMatrix({ symbols: ['A', 'B'], values: [[1, 0.5]] })).toEqual({
    symbols: ['A', 'B'],
    rows: [
      [1, 0.5],
      [null, null],
    ],
  });
  expect(readMatrix({ symbols: [] })).toBeNull();
});
