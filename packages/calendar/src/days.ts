import { isSessionDate } from '@freshet/market';
import type { SessionDate } from '@freshet/market';

/** A calendar date as whole days since 1970-01-01, so that holiday rules are plain arithmetic without time zones. */
export type Day = number;

export const DAY_MS = 86_400_000;

export const SUNDAY = 0;
export const MONDAY = 1;
export const TUESDAY = 2;
export const WEDNESDAY = 3;
export const THURSDAY = 4;
export const FRIDAY = 5;
export const SATURDAY = 6;

/** The day of a date; months count from 1. */
export function day(year: number, month: number, date: number): Day {
  return Date.UTC(year, month - 1, date) / DAY_MS;
}

/** Reads `YYYY-MM-DD`; throws a RangeError that quotes the text when it is no real date. */
export function dayOf(date: SessionDate): Day {
  if (!isSessionDate(date)) throw new RangeError(`not a date (YYYY-MM-DD): ${date}`);
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

export function dateOf(on: Day): SessionDate {
  return new Date(on * DAY_MS).toISOString().slice(0, 10);
}

export function yearOf(on: Day): number {
  return new Date(on * DAY_MS).getUTCFullYear();
}

/** 0 is Sunday; 1970-01-01 was a Thursday. */
export function weekdayOf(on: Day): number {
  return (((on + THURSDAY) % 7) + 7) % 7;
}

/** The n-th given weekday of a month, counting from 1. */
export function nthWeekday(year: number, month: number, weekday: number, n: number): Day {
  const first = day(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (n - 1);
}

/** The last given weekday of a month, as some US holidays are defined. */
export function lastWeekday(year: number, month: number, weekday: number): Day {
  return onOrBefore(day(year, month + 1, 0), weekday);
}

/** The given weekday on a day or the nearest one before it. */
export function onOrBefore(on: Day, weekday: number): Day {
  return on - ((weekdayOf(on) - weekday + 7) % 7);
}

/** Moves a Saturday or Sunday to the Friday before it; other days stay. */
export function weekdayOnOrBefore(on: Day): Day {
  const weekday = weekdayOf(on);
  return weekday === SATURDAY || weekday === SUNDAY ? onOrBefore(on, FRIDAY) : on;
}

/**
 * Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876, as in Meeus, Astronomical Algorithms, ch.
 * 8).
 */
export function easterSunday(year: number): Day {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const ofCentury = year % 100;
  const moonShift = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - moonShift + 15) % 30;
  const toSunday = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - (ofCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * toSunday) / 451);
  const sum = epact + toSunday - 7 * late + 114;
  return day(year, Math.floor(sum / 31), (sum % 31) + 1);
}
