import { inOrder, metricText } from './metrics.ts';

test('a metric is a figure, or a dash with the reason', () => {
  const values = { volatility: 0.1234, sharpe: 1.5, beta: null, reasons: { beta: 'no_benchmark' } };
  expect(metricText(values, 'volatility', 'percent')).toEqual({ text: '12.34%', why: null });
  expect(metricText(values, 'sharpe', 'ratio')).toEqual({ text: '1.50', why: null });
  expect(metricText(values, 'beta', 'ratio')).toEqual({ text: '–', why: 'no benchmark' });
  expect(metricText({}, 'beta', 'ratio')).toEqual({ text: '–', why: null });
});

test('periods stand from short to long, then years from the latest on', () => {
  const periods = ['2024', 'all', '1y', '2025', '1m', 'ytd', '3m'].map((period) => ({ period }));
  expect(inOrder(periods).map(({ period }) => period)).toEqual(['1m', '3m', 'ytd', '1y', 'all', '2025', '2024']);
});
