import { amount, decimalText } from './decimal.ts';

test.each(['NaN', 'Infinity', '-Infinity'])('%s is no amount, and is named', (text) => {
  expect(() => amount(text)).toThrow(`not a finite decimal: ${text}`);
});

test('a product of two amounts of 18 digits is exact', () => {
  expect(decimalText(amount('123456789012345678').times('0.987654321098765432'))).toBe(
    '121932631137021794.322511812221002896',
  );
});

test.each([
  ['1e-30', `0.${'0'.repeat(29)}1`],
  ['1e30', `1${'0'.repeat(30)}`],
  ['1.500', '1.5'],
])('%s is written %s: plain digits, and no zeros that say nothing', (value, text) => {
  expect(decimalText(value)).toBe(text);
});
