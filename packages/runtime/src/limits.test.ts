import { parseLimits } from './limits.ts';

describe('limits as an operator writes them', () => {
  test('are several windows, separated by commas', () => {
    expect(parseLimits('60/min,30/s')).toEqual([
      { limit: 60, perSeconds: 60 },
      { limit: 30, perSeconds: 1 },
    ]);
    expect(parseLimits(' 8/10s , 800/day ')).toEqual([
      { limit: 8, perSeconds: 10 },
      { limit: 800, perSeconds: 86_400 },
    ]);
    expect(parseLimits('10/0.5s')).toEqual([{ limit: 10, perSeconds: 0.5 }]);
  });

  test('may count weight or calls instead of what the provider declares', () => {
    expect(parseLimits('6000w/min,60c/min')).toEqual([
      { limit: 6000, perSeconds: 60, counts: 'cost' },
      { limit: 60, perSeconds: 60, counts: 'calls' },
    ]);
  });

  test('may start anew at an hour of a zone, or slide', () => {
    expect(parseLimits('250/day@00:00 UTC')).toEqual([
      { limit: 250, perSeconds: 86_400, resets: { every: 'day', hour: 0, zone: 'UTC' } },
    ]);
    expect(parseLimits('10000/month@9:00 America/New_York')).toEqual([
      { limit: 10_000, perSeconds: 2_592_000, resets: { every: 'month', hour: 9, zone: 'America/New_York' } },
    ]);
    expect(parseLimits('25/day@sliding')).toEqual([{ limit: 25, perSeconds: 86_400, resets: false }]);
  });

  test.each([
    '',
    'many',
    '60',
    '0/min',
    '-5/min',
    '60/',
    '60/minute',
    '60 per min',
    '1e3/min',
    '60/min;30/s',
    '60/min,',
    '60/0s',
    '60/min,70/min',
    '250/day@25:00 UTC',
    '250/day@00:30 UTC',
    '250/day@00:00 Mars/Olympus',
    '250/2day@00:00 UTC',
    '60/min@00:00 UTC',
    '60/400day',
  ])('are refused when they say %p', (text) => {
    expect(parseLimits(text)).toBeNull();
  });
});
