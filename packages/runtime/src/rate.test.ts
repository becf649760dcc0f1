import { parseDuration, parseRate } from './rate.ts';

describe('rates', () => {
  it.each([
    ['100/h', 100, 3600],
    ['5/10s', 5, 10],
    ['8/min', 8, 60],
    ['6000/m', 6000, 60],
    ['800/day', 800, 86_400],
    ['10000/month', 10_000, 2_592_000],
    ['2/0.5s', 2, 0.5],
  ])('reads %s', (text, limit, perSeconds) => {
    expect(parseRate(text)).toEqual({ limit, perSeconds });
  });

  it.each(['', '10', '10/', '/h', '0/h', '5/0s', '-1/h', '10/fortnight', '10/h,5/s'])('refuses "%s"', (text) => {
    expect(parseRate(text)).toBeNull();
  });
});

describe('durations', () => {
  it.each([
    ['250ms', 250],
    ['60s', 60_000],
    ['1.5s', 1500],
    ['10min', 600_000],
    ['24h', 86_400_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '60', 's', '1 week', '-5s'])('refuses "%s"', (text) => {
    expect(parseDuration(text)).toBeNull();
  });
});
