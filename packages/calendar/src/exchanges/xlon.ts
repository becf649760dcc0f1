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
  weekdayOnOrBefore,
} from '../days.ts';
import type { Day } from '../days.ts';
import { daysInYear } from '../exchange.ts';
import type { Exchange, Hours, OneOff, YearlyRule } from '../exchange.ts';

const USUAL: Hours = { open: '08:00', close: '16:30' };
const HALF_DAY: Hours = { open: '08:00', close: '12:30' };

/** A bank holiday on a weekend moves to the Monday after. */
function toMonday(on: Day): Day {
  const weekday = weekdayOf(on);
  return weekday === SATURDAY ? on + 2 : weekday === SUNDAY ? on + 1 : on;
}

/** Christmas always takes two weekdays: a day of it on a weekend is replaced by the next free weekday. */
function boxingDay(year: number): Day {
  const on = day(year, 12, 26);
  const weekday = weekdayOf(on);
  return weekday === SATURDAY || weekday === SUNDAY ? on + 2 : weekday === MONDAY ? on + 1 : on;
}

/** Christmas on a Sunday is observed on Monday the 26th, and `boxingDay` moves on to the Tuesday. */
const christmas = (year: number): Day => toMonday(day(year, 12, 25));

/** Moved from the first Monday to the anniversary of the war's end in Europe in two years. */
function earlyMay(year: number): Day {
  return year === 1995 || year === 2020 ? day(year, 5, 8) : nthWeekday(year, 5, MONDAY, 1);
}

/** Moved beside the Queen's jubilee holidays. */
const MOVED_SPRING_HOLIDAY = new Map<number, Day>([
  [2002, day(2002, 6, 4)],
  [2012, day(2012, 6, 4)],
  [2022, day(2022, 6, 2)],
]);

const HOLIDAYS: readonly YearlyRule[] = [
  { name: "New Year's Day", on: (year) => toMonday(day(year, 1, 1)) },
  { name: 'Good Friday', on: (year) => easterSunday(year) - 2 },
  { name: 'Easter Monday', on: (year) => easterSunday(year) + 1 },
  { name: 'Early May bank holiday', on: earlyMay },
  { name: 'Spring bank holiday', on: (year) => MOVED_SPRING_HOLIDAY.get(year) ?? lastWeekday(year, 5, MONDAY) },
  { name: 'Summer bank holiday', on: (year) => lastWeekday(year, 8, MONDAY) },
  { name: 'Christmas', on: christmas },
  { name: 'Boxing Day', on: boxingDay },
];

const CLOSURES: readonly OneOff[] = [
  ['1999-12-31', 'Eve of 2000'],
  ['2002-06-03', 'Golden Jubilee'],
  ['2011-04-29', 'Royal wedding'],
  ['2012-06-05', 'Diamond Jubilee'],
  ['2022-06-03', 'Platinum Jubilee'],
  ['2022-09-19', 'Funeral of Queen Elizabeth II'],
  ['2023-05-08', 'Coronation of King Charles III'],
];

const HALF_DAYS: readonly YearlyRule[] = [
  { name: 'Last day before Christmas', on: (year) => weekdayOnOrBefore(day(year, 12, 24)) },
  { name: 'Last day of the year', on: (year) => weekdayOnOrBefore(day(year, 12, 31)) },
];

/** London Stock Exchange. Its closing auction runs for five minutes after the close and makes the official price. */
export const xlon: Exchange = {
  name: 'London Stock Exchange',
  zone: 'Europe/London',
  weekdays: [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY],
  hours: () => USUAL,
  holidays: (year) => daysInYear(year, HOLIDAYS, CLOSURES),
  halfDays: (year) => new Map(daysInYear(year, HALF_DAYS, []).map((on) => [on, HALF_DAY])),
  auctionMinutes: 5,
  finalClose: 'daily',
};
