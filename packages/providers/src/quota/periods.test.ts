import { resetsAround } from './periods.ts';

const iso = (moments: readonly number[]) => moments.map((moment) => new Date(moment).toISOString());

describe('the resets around a moment', () => {
  test('of a day in UTC are its midnights', () => {
    expect(iso(resetsAround({ every: 'day', hour: 0, zone: 'UTC' }, new Date('2026-03-10T12:00:00Z')))).toEqual([
      '2026-03-09T00:00:00.000Z',
      '2026-03-10T00:00:00.000Z',
      '2026-03-11T00:00:00.000Z',
      '2026-03-12T00:00:00.000Z',
    ]);
  });

  test('belong to the period that begins at that very moment', () => {
    const [, start, next] = resetsAround({ every: 'day', hour: 0, zone: 'UTC' }, new Date('2026-03-10T00:00:00.000Z'));
    expect(iso([start, next])).toEqual(['2026-03-10T00:00:00.000Z', '2026-03-11T00:00:00.000Z']);
  });

  test("follow the zone's daylight saving: New York's day of 8 March 2026 has 23 hours", () => {
    const around = resetsAround({ every: 'day', hour: 0, zone: 'America/New_York' }, new Date('2026-03-08T12:00:00Z'));
    expect(iso(around)).toEqual([
      '2026-03-07T05:00:00.000Z',
      '2026-03-08T05:00:00.000Z',
      '2026-03-09T04:00:00.000Z',
      '2026-03-10T04:00:00.000Z',
    ]);
  });

  test('before the hour of the reset lie in the period that began yesterday', () => {
    const [, start] = resetsAround({ every: 'day', hour: 9, zone: 'Asia/Tokyo' }, new Date('2026-03-10T23:59:00Z'));
    expect(iso([start])).toEqual(['2026-03-10T00:00:00.000Z']);
  });

  test('of a month are the firsts, over the end of a year too', () => {
    expect(iso(resetsAround({ every: 'month', hour: 0, zone: 'UTC' }, new Date('2026-01-15T00:00:00Z')))).toEqual([
      '2025-12-01T00:00:00.000Z',
      '2026-01-01T00:00:00.000Z',
      '2026-02-01T00:00:00.000Z',
      '2026-03-01T00:00:00.000Z',
    ]);
    const [, start] = resetsAround({ every: 'month', hour: 6, zone: 'UTC' }, new Date('2026-02-01T05:00:00Z'));
    expect(iso([start])).toEqual(['2026-01-01T06:00:00.000Z']);
  });
});
