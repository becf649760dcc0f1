import { inOrder, metricText } from './metrics.ts';

test('a metric is read in every form that it comes in', () => {
  expect(metricText(0.1234, 'percent')).toEqual({ text: '12.34%', why: null });
  expect(metricText({ value: 1.5, reason: null }, 'ratio')).toEqual({ text: '1.50', why: null });
  expect(metricText({ value: null, reason: 'no_benchmark' }, 'ratio')).toEqual({ text: '–', why: 'no benchmark' });
  expect(metricText('zero_variance', 'ratio')).toEqual({ text: '–', why: 'zero variance' });
  expect(metricText(undefined, 'ratio')).toEqual({ text: '–', why: null });
});

test('periods stand from short to long, then years from the latest on', () => {
  const periods = ['2024', 'all', '1y', '2025', '1m', 'ytd', '3m'].map((period) => ({ period }));
  expect(inOrder(periods).map(({ period }) => period)).toEqual(['1m', '3m', 'ytd', '1y', 'all', '2025', '2024']);
});
