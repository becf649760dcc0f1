import { wireCount, wireDate, wireDecimal, wirePositive, wireTime } from './wire-number.ts';

test.each([
  [0.1, '0.1'],
  [73.79750061035156, '73.79750061035156'],
  [1e-7, '0.0000001'],
  [1.5e21, '1500000000000000000000'],
  ['0.03040500', '0.030405'],
  ['56945.88000000', '56945.88'],
  ['100', '100'],
  ['-0.000', '0'],
  ['007.10', '7.1'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['+1.20e2', '120'],
  [' 12 ', '12'],
  ['12345678901234567890.123456789', '12345678901234567890.123456789'],
])('%p is %p', (wire, text) => {
  expect(wireDecimal(wire)).toBe(text);
});

test.each([
  [null],
  [undefined],
  [''],
  ['-'],
  ['N/A'],
  ['NaN'],
  [Number.NaN],
  [Number.POSITIVE_INFINITY],
  ['1,000'],
  ['0x10'],
  ['1e999'],
  [true],
  [{}],
  [[1]],
])('%p is no number', (wire) => {
  expect(wireDecimal(wire)).toBeNull();
});

test('a price is above zero, a count at least zero', () => {
  expect([wirePositive(0), wirePositive('0.00'), wirePositive(-1), wirePositive('0.01')]).toEqual([
    null,
    null,
    null,
    '0.01',
  ]);
  expect([wireCount(0), wireCount('-1'), wireCount(7)]).toEqual(['0', null, '7']);
});

test.each([
  [1767614400, '2026-01-05T12:00:00.000Z'],
  ['1767614400', '2026-01-05T12:00:00.000Z'],
  [1767614400123, '2026-01-05T12:00:00.123Z'],
  [1767614400123456, '2026-01-05T12:00:00.123Z'],
  ['1767614400123456789', '2026-01-05T12:00:00.123Z'],
])('%p is the moment %p', (wire, iso) => {
  expect(wireTime(wire)?.toISOString()).toBe(iso);
});

test('zero, less, nonsense and years of five digits are no moments', () => {
  expect([0, -5, 'soon', 1e25, 2e21].map(wireTime)).toEqual([null, null, null, null, null]);
});

test.each([
  ['2026-01-05T12:00:00Z', '2026-01-05T12:00:00.000Z'],
  ['1972-03-01T00:00:00+01:00', '1972-02-29T23:00:00.000Z'],
  ['0000-01-01T00:00:00Z', undefined],
  ['1970-01-01T00:00:00Z', undefined],
  ['9999-12-31T23:59:59Z', undefined],
  ['soon', undefined],
])('%p as a date is the moment %p', (text, iso) => {
  expect(wireDate(text)?.toISOString()).toBe(iso);
});
