import type { SessionDate } from '@freshet/market';
import type { QuotaWindow } from '../provider.ts';
import { dateInZone, momentInZone } from '../wire/session-date.ts';
import { dayAfter } from '../wire/zoned-time.ts';

type Resets = NonNullable<QuotaWindow['resets']>;

/** Four resets in a row, in ms: the one before the present period, its beginning, its end, and the one after that. */
export type Resettings = readonly [number, number, number, number];

/**
 * The four resets around a moment. With them the script finds the period by Redis's clock too, which may differ by up
 * to one period. The hour is local to the zone: a day with a change of daylight saving has 23 or 25 hours.
 */
export function resetsAround(resets: Resets, now: Date): Resettings {
  const today = dateInZone(now, resets.zone);
  const days = resets.every === 'day' ? [-2, -1, 0, 1, 2, 3].map((n) => dayAfter(today, n)) : firstsAround(today);
  const moments = days.map((day) => momentInZone(day, resets.hour * 60, resets.zone).getTime());
  const end = moments.findIndex((moment) => moment > now.getTime());
  const [before, start, next, after] = moments.slice(end - 2, end + 2);
  if (before === undefined || start === undefined || next === undefined || after === undefined) {
    throw new RangeError(`no resets around ${now.toISOString()}`);
  }
  return [before, start, next, after];
}

/** The firsts of the months from two before to three after. */
function firstsAround(date: SessionDate): SessionDate[] {
  const [year = 0, month = 1] = date.split('-').map(Number);
  return [-2, -1, 0, 1, 2, 3].map((n) => new Date(Date.UTC(year, month - 1 + n, 1)).toISOString().slice(0, 10));
}
