import { harmless, ago, duration, percent, price } from './words.ts';

const now = Date.UTC(2026, 10, 20, 12);
const at = (seconds: number) => new Date(now + seconds * 1_000).toISOString();

test('a time is told by how far it is, before or after', () => {
  expect([ago(at(-42), now), ago(at(42), now), ago(at(0), now), ago(null, now)]).toEqual([
    '42 s ago',
    'in 42 s',
    '0 s ago',
    null,
  ]);
});

test('a duration has one unit, the one that its length calls for', () => {
  expect([89, 300, 7_200, 172_800].map(duration)).toEqual(['89 s', '5 min', '2 h', '2 d']);
});

test('a price has the digits that its size calls for', () => {
  expect([148_273.789, 1.04087, 0.00081234].map(price)).toEqual(['148273.79', '1.0409', '0.00081234']);
  expect([price(100), price(null)]).toEqual(['100.00', null]);
});

test('a percentage says its direction', () => {
  expect([percent(1.254), percent(-0.5), percent(0), percent(null)]).toEqual(['+1.25 %', '-0.50 %', '+0.00 %', null]);
});

test('what others wrote can be printed: it steers no terminal', () => {
  expect(harmless('a\u001b[2Jb\rc\u009b31m\u202ed')).toBe('a\ufffd[2Jb\ufffdc\ufffd31m\ufffdd');
  expect(harmless('Größe ▲ 株\n\tx\n')).toBe('Größe ▲ 株\n\tx\n');
});
