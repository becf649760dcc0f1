import {
  day,
  easterSunday,
  FRIDAY,
  lastWeekday,
  MONDAY,
  nthWeekday,
  SATURDAY,
  SUNDAY,
  THURSDAY,
  TUESDAY,
  WEDNESDAY,
  weekdayOf,
} from '../days.ts';
import type { Day } from '../days.ts';
import { daysInYear } from '../exchange.ts';
import type { Exchange, Hours, OneOff, YearlyRule } from '../exchange.ts';

const USUAL: Hours = { preOpen: '04:00', open: '09:30', close: '16:00', postClose: '20:00' };
/** On half days the late sessions end at 17:00. */
const HALF_DAY: Hours = { ...USUAL, close: '13:00', postClose: '17:00' };
/** Until 1992 half days closed an hour later. */
const EARLY_HALF_DAY: Hours = { ...HALF_DAY, close: '14:00' };

const thanksgiving = (year: number): Day => nthWeekday(year, 11, THURSDAY, 4);

/** Rule 7.2: a holiday on Saturday closes the Friday before, one on Sunday the Monday after. */
function observed(on: Day): Day {
  const weekday = weekdayOf(on);
  return weekday === SATURDAY ? on - 1 : weekday === SUNDAY ? on + 1 : on;
}

/** The exception to Rule 7.2: 31 December ends the accounting year and stays open. */
function newYear(year: number): Day | null {
  const on = day(year, 1, 1);
  return weekdayOf(on) === SATURDAY ? null : observed(on);
}

const onlyOn = (on: Day, weekdays: readonly number[]): Day | null => (weekdays.includes(weekdayOf(on)) ? on : null);

const HOLIDAYS: readonly YearlyRule[] = [
  { name: "New Year's Day", on: newYear },
  { name: 'Martin Luther King Jr. Day', from: 1998, on: (year) => nthWeekday(year, 1, MONDAY, 3) },
  { name: "Washington's Birthday", on: (year) => nthWeekday(year, 2, MONDAY, 3) },
  { name: 'Good Friday', on: (year) => easterSunday(year) - 2 },
  { name: 'Memorial Day', on: (year) => lastWeekday(year, 5, MONDAY) },
  { name: 'Juneteenth', from: 2022, on: (year) => observed(day(year, 6, 19)) },
  { name: 'Independence Day', on: (year) => observed(day(year, 7, 4)) },
  { name: 'Labor Day', on: (year) => nthWeekday(year, 9, MONDAY, 1) },
  { name: 'Thanksgiving', on: thanksgiving },
  { name: 'Christmas', on: (year) => observed(day(year, 12, 25)) },
];

const CLOSURES: readonly OneOff[] = [
  ['1994-04-27', 'Mourning for President Nixon'],
  ['2001-09-11', 'Attacks of 11 September'],
  ['2001-09-12', 'Attacks of 11 September'],
  ['2001-09-13', 'Attacks of 11 September'],
  ['2001-09-14', 'Attacks of 11 September'],
  ['2004-06-11', 'Mourning for President Reagan'],
  ['2007-01-02', 'Mourning for President Ford'],
  ['2012-10-29', 'Hurricane Sandy'],
  ['2012-10-30', 'Hurricane Sandy'],
  ['2018-12-05', 'Mourning for President George H. W. Bush'],
  ['2025-01-09', 'Mourning for President Carter'],
];

/** A half day that coincides with a holiday is a holiday. */
const HALF_DAYS: readonly YearlyRule[] = [
  { name: 'Day after Thanksgiving', from: 1992, on: (year) => thanksgiving(year) + 1 },
  { name: 'Christmas Eve', on: (year) => onlyOn(day(year, 12, 24), [MONDAY, TUESDAY, WEDNESDAY, THURSDAY]) },
  { name: 'Eve of Independence Day', from: 1995, on: (year) => onlyOn(day(year, 7, 3), [MONDAY, TUESDAY, THURSDAY]) },
  // A holiday on Thursday shortened the Friday after it until 2012, and shortens the Wednesday before it since.
  { name: 'Friday after Independence Day', from: 1995, to: 2012, on: (year) => onlyOn(day(year, 7, 5), [FRIDAY]) },
  { name: 'Wednesday before Independence Day', from: 2013, on: (year) => onlyOn(day(year, 7, 3), [WEDNESDAY]) },
];

const ONE_OFF_HALF_DAYS: readonly OneOff[] = [
  ['1997-12-26', 'Friday after Christmas'],
  ['1999-12-31', 'Eve of 2000'],
  ['2003-12-26', 'Friday after Christmas'],
];

/**
 * New York Stock Exchange, and with it the whole US equity market. Late openings and mid-session halts (a minute of
 * silence, a snowstorm, a circuit breaker) are ignored: those days count as full ones.
 */
export const xnys: Exchange = {
  name: 'New York Stock Exchange',
  zone: 'America/New_York',
  weekdays: [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY],
  hours: () => USUAL,
  holidays: (year) => daysInYear(year, HOLIDAYS, CLOSURES),
  halfDays: (year) =>
    new Map(daysInYear(year, HALF_DAYS, ONE_OFF_HALF_DAYS).map((on) => [on, year < 1993 ? EARLY_HALF_DAY : HALF_DAY])),
  finalClose: 'daily',
};
