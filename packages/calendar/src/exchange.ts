import { dayOf, yearOf } from './days.ts';
import type { Day } from './days.ts';

/** A time of day in the exchange's zone; `24:00` is the next midnight. */
export type ClockTime = `${number}:${number}`;

/** When an exchange trades on one day, in its own zone. */
export interface Hours {
  open: ClockTime;
  close: ClockTime;
  /** The lunch break, where there is one. */
  breakStart?: ClockTime;
  breakEnd?: ClockTime;
  /** Extended trading runs from `preOpen` to the open and from the close to `postClose`. */
  preOpen?: ClockTime;
  postClose?: ClockTime;
}

/** One exchange's trading days and hours, as rules of the year. One file each in `exchanges/`. */
export interface Exchange {
  name: string;
  /** IANA zone of its dates and hours. */
  zone: string;
  /** Weekdays on which it trades, 0 is Sunday. */
  weekdays: readonly number[];
  /** Hours of a usual day. They depend on the date because exchanges have changed them over the years. */
  hours(on: Day): Hours;
  /** Days of a year without trading. Weekends may be among them. */
  holidays(year: number): Iterable<Day>;
  /** Days of a year that close early, with their hours. */
  halfDays?(year: number): ReadonlyMap<Day, Hours>;
  /** Length of the closing auction, in minutes after the close; it makes the final price. */
  auctionMinutes?: number;
  /** `weekly`: sessions follow each other without a pause, so only the week's end counts as a close for schedules. */
  finalClose: 'daily' | 'weekly';
}

/** A day that recurs every year, from and to years inclusive; null in a year that has none. */
export interface YearlyRule {
  name: string;
  from?: number;
  to?: number;
  on(year: number): Day | null;
}

/** A day on which something happened once. */
export type OneOff = readonly [date: string, why: string];

/** The days that rules and one-off events give in a year. */
export function daysInYear(year: number, rules: readonly YearlyRule[], oneOffs: readonly OneOff[]): Day[] {
  const days: Day[] = [];
  for (const rule of rules) {
    if (year < (rule.from ?? -Infinity) || year > (rule.to ?? Infinity)) continue;
    const on = rule.on(year);
    if (on !== null) days.push(on);
  }
  for (const [date] of oneOffs) {
    const on = dayOf(date);
    if (yearOf(on) === year) days.push(on);
  }
  return days;
}
