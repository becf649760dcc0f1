import {
  directionOf,
  formatChange,
  formatCompact,
  formatDrift,
  formatMetric,
  formatMoney,
  formatMoneyChange,
  formatPercent,
  formatPrice,
  formatQuantity,
  formatShare,
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
  // With more where it would seem to be none, beside a percentage that says otherwise.
  expect([formatChange(0.0042, 1.1), formatChange(-0.004, 12), formatChange(1e-9, 1.1)]).toEqual([
    '+0.0042',
    '−0.004',
    '0.00',
  ]);
  expect([formatPercent(1.254), formatPercent(-0.6), formatDrift(-0.0004)]).toEqual(['+1.25%', '−0.60%', '0.0%']);
});

test('amounts of money keep every digit that decimal text has', () => {
  expect(formatMoney('12345678901234567.89', 'USD')).toBe('$12,345,678,901,234,567.89');
  expect(formatMoneyChange('-1200.5', 'EUR')).toBe('−€1,200.50');
  expect(formatQuantity('0.15000000')).toBe('0.15');
});

test('no two currencies look alike, and each has its own digits', () => {
  const money = (currency: string) => formatMoney('1234.5', currency);
  expect(['USD', 'CAD', 'AUD', 'JPY', 'CNY', 'GBP'].map(money)).toEqual([
    '$1,234.50',
    'CA$1,234.50',
    'A$1,234.50',
    '¥1,235',
    'CN¥1,234.50',
    '£1,234.50',
  ]);
  expect(formatMoneyChange('-0.4', 'JPY')).toBe('¥0');
});

test('what is unknown is a dash in every form, never a zero', () => {
  for (const unknown of [null, undefined]) {
    const numbers = [formatPrice, formatChange, formatPercent, formatShare, formatDrift, formatCompact];
    for (const form of numbers) expect(form(unknown)).toBe('–');
    expect([formatMetric(unknown, 'percent'), formatMetric(unknown, 'ratio')]).toEqual(['–', '–']);
    expect([formatMoney(unknown, 'USD'), formatMoneyChange(unknown, 'USD')]).toEqual(['–', '–']);
    expect(formatQuantity(unknown)).toBe('–');
  }
});

test('a share of one is a percentage, a ratio is not', () => {
  expect([formatShare(0.125), formatDrift(0.02), formatDrift(-0.02)]).toEqual(['12.5%', '+2.0%', '−2.0%']);
  expect([formatMetric(0.125, 'percent'), formatMetric(1.5, 'ratio')]).toEqual(['12.50%', '1.50']);
});

test('a figure points where its sign does, and nowhere without one', () => {
  expect([1, '-0.01', 0, null, '0.2'].map(directionOf)).toEqual(['up', 'down', 'flat', 'flat', 'up']);
});
