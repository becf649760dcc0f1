import { day } from './days.ts';
import { zoneClock } from './zone.ts';

test.each([
  ['America/New_York', '2024-07-01', '09:30', '2024-07-01T13:30'],
  ['Asia/Kolkata', '2024-01-15', '09:15', '2024-01-15T03:45'],
  ['America/St_Johns', '2024-01-15', '20:00', '2024-01-15T23:30'],
  ['UTC', '2024-01-15', '00:00', '2024-01-15T00:00'],
  // Just before and just after the clocks change.
  ['America/New_York', '2024-03-10', '01:59', '2024-03-10T06:59'],
  ['America/New_York', '2024-03-10', '03:00', '2024-03-10T07:00'],
  ['America/New_York', '2024-11-03', '00:59', '2024-11-03T04:59'],
  ['America/New_York', '2024-11-03', '02:00', '2024-11-03T07:00'],
  ['Europe/London', '2024-03-31', '00:59', '2024-03-31T00:59'],
  ['Europe/London', '2024-03-31', '02:00', '2024-03-31T01:00'],
  ['Europe/London', '2024-10-27', '00:59', '2024-10-26T23:59'],
  ['Europe/London', '2024-10-27', '02:00', '2024-10-27T02:00'],
])('in %s it was %s %s at %s of UTC', (zone, date, time, utc) => {
  const [year, month, of] = date.split('-').map(Number) as [number, number, number];
  const moment = zoneClock(zone).momentOf(day(year, month, of), time as `${number}:${number}`);
  expect(new Date(moment).toISOString().slice(0, 16)).toBe(utc);
});

test('a zone’s day begins at its own midnight', () => {
  const { dayAt } = zoneClock('America/St_Johns');
  expect(dayAt(Date.UTC(2024, 0, 15, 3, 29))).toBe(day(2024, 1, 14));
  expect(dayAt(Date.UTC(2024, 0, 15, 3, 30))).toBe(day(2024, 1, 15));
});

test('an unknown zone is refused', () => {
  expect(() => zoneClock('Mars/Base')).toThrow(RangeError);
});
