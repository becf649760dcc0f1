import { VOLATILITY_SESSIONS, volatilityOf } from './volatility-of.ts';

/** Up and down by so much each day. */
const swinging = (days: number, by = 0.02) =>
  Array.from({ length: days }, (_, i) => ({
    session: String(i).padStart(4, '0'),
    close: String(100 * Math.exp((i % 2) * by)),
  }));

test('is what the days of a quarter or more do, to the year', () => {
  expect(volatilityOf(swinging(60))).toBeNull();
  expect(volatilityOf(swinging(61))).toBeCloseTo(0.02 * Math.sqrt(252) * Math.sqrt(60 / 59), 9);
});

test('counts the last year alone', () => {
  const calm = Array.from({ length: 300 }, (_, i) => ({ session: `a${i}`, close: '100' }));
  const year = swinging(VOLATILITY_SESSIONS + 1);
  expect(volatilityOf([...swinging(200, 0.3), ...calm, ...year])).toBeCloseTo(volatilityOf(year) as number, 12);
  expect(volatilityOf([...calm.slice(1), ...year.slice(1)])).toBeCloseTo(volatilityOf(year) as number, 3);
});

test('passes over days without a price', () => {
  const days = swinging(100).map((day, i) => (i === 50 || i === 51 ? { ...day, close: '0' } : day));
  expect(volatilityOf(days)).toBeCloseTo(0.02 * Math.sqrt(252) * Math.sqrt(97 / 96), 9);
});

test('no day is so calm that a hundredth would be no wonder', () => {
  expect(volatilityOf(swinging(100, 0))).toBeCloseTo(0.01 * Math.sqrt(252), 9);
});
