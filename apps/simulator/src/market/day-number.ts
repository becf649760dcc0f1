import type { SessionDate } from '@freshet/market';

const DAY_MS = 86_400_000;
/** The day on which every symbol stands at its base price. */
export const REFERENCE: SessionDate = '2026-01-01';

/** Days since 1970-01-01. */
export function dayOf(session: SessionDate): number {
  return Date.UTC(+session.slice(0, 4), +session.slice(5, 7) - 1, +session.slice(8, 10)) / DAY_MS;
}

/**
 * Weekdays since 1970 up to and including a day: Saturday and Sunday count as their Friday. 1969-12-29 was a Monday.
 */
function weekdaysTo(day: number): number {
  const sinceMonday = day + 3;
  const weeks = Math.floor(sinceMonday / 7);
  return weeks * 5 + Math.min(sinceMonday - weeks * 7 + 1, 5);
}

const DAY_ZERO = dayOf(REFERENCE);
const WEEKDAY_ZERO = weekdaysTo(DAY_ZERO);

/** The number of days from the reference day to a day (since 1970), for markets that trade every day. */
export function everyDay(day: number): number {
  return day - DAY_ZERO;
}

/** The number of weekdays from the reference day to a day (since 1970), for markets that rest at the weekend. */
export function everyWeekday(day: number): number {
  return weekdaysTo(day) - WEEKDAY_ZERO;
}

/** False on Saturday and Sunday. */
export function isWeekday(day: number): boolean {
  return (day + 3) % 7 < 5;
}

/** The calendar date `days` after another. */
export function addDays(session: SessionDate, days: number): SessionDate {
  return new Date((dayOf(session) + days) * DAY_MS).toISOString().slice(0, 10);
}
