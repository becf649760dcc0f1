import { wholeOf, widthOf } from './weights.ts';

test('the largest of weights and targets is a whole bar: a weight below its target ends before the mark', () => {
  const whole = wholeOf([{ weight: 0.701, target: 0.9 }, { weight: null, target: null }, { weight: 0.1 }]);
  expect(whole).toBe(0.9);
  expect(widthOf(0.45, whole)).toBe('50%');
  expect(Number.parseFloat(widthOf(0.701, whole))).toBeLessThan(Number.parseFloat(widthOf(0.9, whole)));
});

test('a short position has no bar, and where nothing has a weight none is divided by zero', () => {
  expect(widthOf(-0.2, 0.5)).toBe('0%');
  expect(widthOf(0.9, 0.5)).toBe('100%');
  expect(widthOf(0, wholeOf([]))).toBe('0%');
});
