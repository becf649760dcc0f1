import type { SessionDate } from '@freshet/market';

export const DAY_MS = 86_400_000;

/** Days since 1970-01-01 of a date. */
export const dayOf = (date: SessionDate): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

const dates = new Map<number, SessionDate>();

/** The date of a day. Cached, so that thousands of series share one string per day. */
export function dateOf(day: number): SessionDate {
  let date = dates.get(day);
  if (!date) {
    date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    dates.set(day, date);
  }
  return date;
}
