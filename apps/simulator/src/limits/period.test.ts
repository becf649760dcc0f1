import { periodOf } from './period.ts';

const day = (zone: string, hour = 0) => ({
  limit: 1,
  perSeconds: 86_400,
  resets: { every: 'day' as const, hour, zone },
});
const period = (window: Parameters<typeof periodOf>[0], time: string) => {
  const { startMs, endMs } = periodOf(window, Date.parse(time));
  return [new Date(startMs).toISOString(), new Date(endMs).toISOString()];
};

describe('the period of a window that starts anew', () => {
  test('is the day of UTC, from its hour on', () => {
    expect(period(day('UTC'), '2026-11-20T23:59:59.999Z')).toEqual([
      '2026-11-20T00:00:00.000Z',
      '2026-11-21T00:00:00.000Z',
    ]);
    expect(period(day('UTC', 8), '2026-11-20T07:59:59Z')).toEqual([
      '2026-11-19T08:00:00.000Z',
      '2026-11-20T08:00:00.000Z',
    ]);
  });

  test('is a day of 23 or 25 hours where the clocks change', () => {
    expect(period(day('America/New_York'), '2026-03-08T12:00:00Z')).toEqual([
      '2026-03-08T05:00:00.000Z',
      '2026-03-09T04:00:00.000Z',
    ]);
    expect(period(day('America/New_York'), '2026-11-02T04:30:00Z')).toEqual([
      '2026-11-01T04:00:00.000Z',
      '2026-11-02T05:00:00.000Z',
    ]);
  });

  test('is the day of a zone that is not whole hours away', () => {
    expect(period(day('Asia/Kolkata'), '2026-11-20T12:00:00Z')).toEqual([
      '2026-11-19T18:30:00.000Z',
      '2026-11-20T18:30:00.000Z',
    ]);
  });

  test('is the calendar month', () => {
    const month = { limit: 1, perSeconds: 30 * 86_400, resets: { every: 'month' as const, hour: 0, zone: 'UTC' } };
    expect(period(month, '2026-12-31T23:00:00Z')).toEqual(['2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z']);
  });

  test('is the minute by the clock', () => {
    expect(period({ limit: 1, perSeconds: 60, byTheClock: true }, '2026-11-20T12:34:56Z')).toEqual([
      '2026-11-20T12:34:00.000Z',
      '2026-11-20T12:35:00.000Z',
    ]);
  });
});
