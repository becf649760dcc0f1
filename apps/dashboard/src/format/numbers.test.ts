import {
  formatChange,
  formatDrift,
  formatMoney,
  formatMoneyChange,
  formatPercent,
  formatPrice,
  formatQuantity,
} from './numbers.ts';

test('a price has the digits that its size calls for', () => {
  expect([64120.5, 187.2, 1.0842, 5, 0.000812345, 0, null].map((price) => formatPrice(price))).toEqual([
    '64,120.50',
    '187.20',
    '1.0842',
    '5.00',
    '0.0008123',
    '0.00',
    '–',
  ]);
});

test('a change says its direction, and what rounds to nothing points nowhere', () => {
  expect([formatChange(1.2), formatChange(-35), formatChange(0)]).toEqual(['+1.20', '−35.00', '0.00']);
  // With as many digits as its price.
  expect([formatChange(6.1601, 6_944.39), formatChange(0.00029, 1.0385)]).toEqual(['+6.16', '+0.0003']);
  expect([formatPercent(1.254), formatPercent(-0.6), formatDrift(-0.0004)]).toEqual(['+1.25%', '−0.60%', '0.0%']);
});

test('amounts of money keep every digit that decimal text has', () => {
  expect(formatMoney('12345678901234567.89', 'USD')).toBe('$12,345,678,901,234,567.89');
  expect(formatMoneyChange('-1200.5', 'EUR')).toBe('−€1,200.50');
  expect(formatQuantity('0.15000000')).toBe('0.15');
});
