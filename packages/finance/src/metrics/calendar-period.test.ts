import { type CalendarUnit, calendarPeriod } from './calendar-period.ts';

test.each<[string, CalendarUnit, string]>([
  ['2024-05-17', 'day', '2024-05-17'],
  ['2024-05-17', 'week', '2024-W20'],
  ['2024-05-19', 'week', '2024-W20'],
  ['2024-05-20', 'week', '2024-W21'],
  ['2024-12-29', 'week', '2024-W52'],
  ['2024-12-30', 'week', '2025-W01'],
  ['2025-12-29', 'week', '2026-W01'],
  ['2021-01-03', 'week', '2020-W53'],
  ['2021-01-04', 'week', '2021-W01'],
  ['2023-01-01', 'week', '2022-W52'],
  ['2024-05-17', 'month', '2024-05'],
  ['2024-03-31', 'quarter', '2024-Q1'],
  ['2024-04-01', 'quarter', '2024-Q2'],
  ['2024-12-31', 'quarter', '2024-Q4'],
  ['2024-05-17', 'year', '2024'],
])('the %s belongs to the %s %s', (session, every, name) => {
  expect(calendarPeriod(session, every)).toBe(name);
});
