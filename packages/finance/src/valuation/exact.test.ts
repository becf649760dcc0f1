import { Amount } from '@freshet/market';
import fc from 'fast-check';
import { exact, exactText, minus, plus, ratio, roundDecimal, times } from './exact.ts';

/** Wide enough that nothing is rounded. */
const Wide = Amount.clone({ precision: 120 });
const text = fc
  .tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.integer({ min: 0, max: 20 }))
  .map(([digits, scale]) => exactText({ digits, scale }));
const of = (value: string) => exact(value)!;

test('adds, subtracts and multiplies as decimals do, to the last digit', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const [x, y] = [new Wide(a), new Wide(b)];
      expect(exactText(plus(of(a), of(b)))).toBe(x.plus(y).toFixed());
      expect(exactText(minus(of(a), of(b)))).toBe(x.minus(y).toFixed());
      expect(exactText(times(of(a), of(b)))).toBe(x.times(y).toFixed());
    }),
  );
});

test('reads what it writes, and writes no trailing zeros and no minus nothing', () => {
  fc.assert(fc.property(text, (a) => expect(exactText(of(a))).toBe(a)));
  expect(['1.500', '-0.0', '007', '10', '-0.050', '1e3', '1.5e-3'].map((a) => exactText(of(a)))).toEqual([
    '1.5',
    '0',
    '7',
    '10',
    '-0.05',
    '1000',
    '0.0015',
  ]);
});

test.each(['NaN', 'Infinity', '-Infinity', '', 'ten', '1.2.3', '1e5000'])('%s is not taken', (value) => {
  expect(exact(value)).toBeNull();
});
test('nothing is nothing', () => expect([exact(null), exact(undefined)]).toEqual([null, null]));

test('shares are what floats can say of them', () => {
  expect(ratio(of('1'), of('3'))).toBe(1 / 3);
  expect(ratio(of('0.001'), of('4'))).toBe(0.00025);
  expect(ratio(of('5'), of('0'))).toBe(Infinity);
});

test('rounds half away from zero, and leaves what needs no rounding', () => {
  expect(['1.005', '-1.005', '1.0049', '2', '0.00000000049'].map((a) => roundDecimal(a, 2))).toEqual([
    '1.01',
    '-1.01',
    '1',
    '2',
    '0',
  ]);
  expect(roundDecimal('1.23', 8)).toBe('1.23');
});

test.each(['0.1234567890123457', '9007199254740993', '-12345678901.23456789'])('%s keeps its last digit', (text) => {
  expect(exactText(of(text))).toBe(text);
});
