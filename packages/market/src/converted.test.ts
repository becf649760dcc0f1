import { convertedPrice } from './converted.ts';

test.each([
  ['67123.45678901', '0.99912345', '67064.61972'],
  ['0.00001234567891', '0.99912345', '0.00001233485731'],
  ['50000', '0.999', '49950'],
  ['123456789012', '1', '123456789000'],
])('%s at a rate of %s is %s: ten significant digits, none that only the multiplication made', (price, rate, is) => {
  expect(convertedPrice(price, rate)).toBe(is);
});

test('what is not known stays so', () => {
  expect(convertedPrice(null, '0.999')).toBeNull();
});
