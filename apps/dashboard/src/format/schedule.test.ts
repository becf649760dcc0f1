import { specSays } from './schedule.ts';

const cron = (pattern: string) => specSays({ kind: 'cron', pattern, zone: 'America/New_York' });

test('a schedule says when it ticks in words', () => {
  expect(specSays({ kind: 'every', seconds: 300 })).toBe('every 5 min');
  expect(cron('0 8 * * *')).toBe('08:00 every day, America/New York');
  expect(cron('0 * * * *')).toBe('minute 0 of every hour, America/New York');
  expect(cron('30 2 * * 0')).toBe('Sundays 02:30, America/New York');
  expect(specSays({ kind: 'after_close', minutes: 20, exchanges: ['XNYS'] })).toBe('20 min after each close');
});

test('a pattern beyond that stays as it is', () => {
  expect(cron('*/5 9-16 * * 1-5')).toBe('*/5 9-16 * * 1-5, America/New York');
  expect(cron('0 2 1 * *')).toBe('0 2 1 * *, America/New York');
});
