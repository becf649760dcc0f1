import { day, dayOf, FRIDAY, MONDAY, nthWeekday, SUNDAY, THURSDAY, TUESDAY, WEDNESDAY, weekdayOf } from '../days.ts';
import type { Day } from '../days.ts';
import { daysInYear } from '../exchange.ts';
import type { Exchange, Hours, OneOff, YearlyRule } from '../exchange.ts';

const USUAL: Hours = { open: '09:00', breakStart: '11:30', breakEnd: '12:30', close: '15:00' };
const LONGER: Hours = { ...USUAL, close: '15:30' };
const LONGER_FROM = dayOf('2024-11-05');

/**
 * Day of the month of an equinox, by the usual formula for the sun's drift against the calendar since 1980. It agrees
 * with the yearly announcements of the National Astronomical Observatory. Valid from 1980 to 2099.
 */
function equinox(year: number, in1980: number): number {
  const since = year - 1980;
  return Math.floor(in1980 + 0.242194 * since) - Math.floor(since / 4);
}

const OLYMPIC_SPORTS = new Map<number, Day>([
  [2020, day(2020, 7, 24)],
  [2021, day(2021, 7, 23)],
]);
const OLYMPIC_MARINE = new Map<number, Day>([
  [2020, day(2020, 7, 23)],
  [2021, day(2021, 7, 22)],
]);
const OLYMPIC_MOUNTAIN = new Map<number, Day>([
  [2020, day(2020, 8, 10)],
  [2021, day(2021, 8, 8)],
]);

const fixed = (month: number, date: number) => (year: number) => day(year, month, date);
const monday = (month: number, n: number) => (year: number) => nthWeekday(year, month, MONDAY, n);

/** The Act on National Holidays, with its amendments. */
const NATIONAL_HOLIDAYS: readonly YearlyRule[] = [
  { name: "New Year's Day", on: fixed(1, 1) },
  { name: 'Coming of Age Day', to: 1999, on: fixed(1, 15) },
  { name: 'Coming of Age Day', from: 2000, on: monday(1, 2) },
  { name: 'National Foundation Day', on: fixed(2, 11) },
  { name: "Emperor's Birthday", from: 2020, on: fixed(2, 23) },
  { name: 'Vernal Equinox Day', on: (year) => day(year, 3, equinox(year, 20.8431)) },
  { name: 'Showa Day, Greenery Day until 2006', on: fixed(4, 29) },
  { name: 'Constitution Memorial Day', on: fixed(5, 3) },
  { name: 'Greenery Day', from: 2007, on: fixed(5, 4) },
  { name: "Children's Day", on: fixed(5, 5) },
  { name: 'Marine Day', from: 1996, to: 2002, on: fixed(7, 20) },
  { name: 'Marine Day', from: 2003, on: (year) => OLYMPIC_MARINE.get(year) ?? nthWeekday(year, 7, MONDAY, 3) },
  { name: 'Mountain Day', from: 2016, on: (year) => OLYMPIC_MOUNTAIN.get(year) ?? day(year, 8, 11) },
  { name: 'Respect for the Aged Day', to: 2002, on: fixed(9, 15) },
  { name: 'Respect for the Aged Day', from: 2003, on: monday(9, 3) },
  { name: 'Autumnal Equinox Day', on: (year) => day(year, 9, equinox(year, 23.2488)) },
  { name: 'Health and Sports Day', to: 1999, on: fixed(10, 10) },
  { name: 'Sports Day', from: 2000, on: (year) => OLYMPIC_SPORTS.get(year) ?? nthWeekday(year, 10, MONDAY, 2) },
  { name: 'Culture Day', on: fixed(11, 3) },
  { name: 'Labour Thanksgiving Day', on: fixed(11, 23) },
  { name: "Emperor's Birthday", to: 2018, on: fixed(12, 23) },
];

/** National holidays made by a special law for that one day. */
const NATIONAL_ONCE: readonly OneOff[] = [
  ['1990-11-12', 'Enthronement'],
  ['1993-06-09', 'Wedding of the Crown Prince'],
  ['2019-05-01', 'Accession'],
  ['2019-10-22', 'Enthronement'],
];

const MARKET_HOLIDAYS: readonly YearlyRule[] = [
  { name: 'Second day of the year', on: fixed(1, 2) },
  { name: 'Third day of the year', on: fixed(1, 3) },
  { name: 'Last day of the year', on: fixed(12, 31) },
];

const MARKET_CLOSURES: readonly OneOff[] = [['2020-10-01', 'Failure of the trading system, all day']];

/**
 * National holidays and the days off that follow from them (article 3). A holiday on a Sunday makes the next day a
 * holiday (since 2007: the next day that isn't one already), and a day between two holidays is one too.
 */
function nationalHolidays(year: number): Set<Day> {
  const named = new Set(daysInYear(year, NATIONAL_HOLIDAYS, NATIONAL_ONCE));
  const all = new Set(named);
  for (const on of named) {
    if (named.has(on + 2) && !named.has(on + 1)) all.add(on + 1);
    if (weekdayOf(on) !== SUNDAY) continue;
    let substitute = on + 1;
    if (year >= 2007) while (named.has(substitute)) substitute += 1;
    all.add(substitute);
  }
  return all;
}

/** Tokyo Stock Exchange. The afternoon session is half an hour longer since the trading system of 5 November 2024. */
export const xtks: Exchange = {
  name: 'Tokyo Stock Exchange',
  zone: 'Asia/Tokyo',
  weekdays: [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY],
  hours: (on) => (on >= LONGER_FROM ? LONGER : USUAL),
  holidays: (year) => [...nationalHolidays(year), ...daysInYear(year, MARKET_HOLIDAYS, MARKET_CLOSURES)],
  finalClose: 'daily',
};
