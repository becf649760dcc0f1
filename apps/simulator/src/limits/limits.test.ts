import { Limits } from './limits.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const spend = (limits: Limits, provider: string, key: string | null = null) => {
  let admitted = 0;
  while (admitted < 1000 && limits.account(provider, key).arrive(NOON, 1).over === null) admitted += 1;
  return admitted;
};

test('each customer has what the plan allows once, whoever asks for the account', () => {
  const limits = new Limits();
  expect([spend(limits, 'polygon', 'a'), spend(limits, 'polygon', 'a'), spend(limits, 'polygon', 'b')]).toEqual([
    5, 0, 5,
  ]);
  expect([spend(limits, 'finnhub', 'a'), spend(limits, 'polygon', 'b')]).toEqual([30, 0]);
});

test('windows that somebody has set are kept in place of the real ones, until those are asked back', () => {
  const limits = new Limits();
  spend(limits, 'finnhub');
  limits.set('polygon', [{ limit: 2, perSeconds: 60 }]);
  expect([spend(limits, 'polygon'), spend(limits, 'finnhub')]).toEqual([2, 0]);
  limits.set('polygon', null);
  expect([spend(limits, 'polygon'), spend(limits, 'finnhub')]).toEqual([5, 0]);
});

test('limits are on unless they are switched off, and what was set stays set', () => {
  const limits = new Limits({ off: true });
  expect(spend(limits, 'polygon')).toBe(1000);
  limits.set('fmp', [{ limit: 3, perSeconds: 60 }]);
  expect(spend(limits, 'fmp')).toBe(3);
  limits.setOff(false);
  expect([spend(limits, 'polygon'), spend(limits, 'fmp')]).toEqual([5, 3]);
});
