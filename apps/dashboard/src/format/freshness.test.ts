import { ageNow, freshnessNow, freshnessOfAge } from './freshness.ts';

const fetched = Date.UTC(2026, 10, 20, 15, 0, 0);
const quote = (more: object = {}) => ({
  fetched_at: new Date(fetched).toISOString(),
  delay_s: 0,
  freshness: 'live' as const,
  session: 'open' as const,
  ...more,
});
const after = (seconds: number) => fetched + seconds * 1_000;

test('the age counts the provider’s delay, and never runs backwards when clocks differ', () => {
  expect(ageNow(quote(), after(12))).toBe(12);
  expect(ageNow(quote({ delay_s: 900 }), after(12))).toBe(912);
  expect(ageNow(quote(), after(-30))).toBe(0);
});

test('an age is live below a minute, fresh below 5, stale below 15, outdated beyond', () => {
  expect([0, 59, 60, 299, 300, 899, 900].map(freshnessOfAge)).toEqual([
    'live',
    'live',
    'fresh',
    'fresh',
    'stale',
    'stale',
    'outdated',
  ]);
});

test('in an open market a price ages while the page stands open', () => {
  expect(freshnessNow(quote(), after(10))).toBe('live');
  expect(freshnessNow(quote(), after(400))).toBe('stale');
});

test('a final close that the server calls fresh stays so, however long the page stands open', () => {
  expect(freshnessNow(quote({ session: 'closed', freshness: 'fresh' }), after(40_000))).toBe('fresh');
});

test('outside the session `live` wears off, and what the server called stale isn’t made better', () => {
  expect(freshnessNow(quote({ session: 'post' }), after(90))).toBe('fresh');
  expect(freshnessNow(quote({ session: 'closed', freshness: 'outdated' }), after(1))).toBe('outdated');
});
