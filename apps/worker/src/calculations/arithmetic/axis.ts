import { calendarOf } from '@freshet/calendar';
import type { SessionDate } from '@freshet/market';
import type { BarSeries } from '@freshet/store';
import { dateOf, dayOf } from './day.ts';

/** The sessions on which values are calculated: those of the benchmark's bars, and those of its calendar before them. */
export interface Axis {
  /** Unique to this axis; a key of caches. */
  id: number;
  days: Int32Array;
  sessions: SessionDate[];
  /** 365 where trading never stops, else 252. */
  periodsPerYear: number;
  /** The calendar of the sessions. */
  calendar: string;
}

let axes = 0;

export function axisOf(days: Int32Array, calendar: string): Axis {
  return {
    id: ++axes,
    days,
    sessions: Array.from(days, dateOf),
    periodsPerYear: calendar === '24/7' ? 365 : 252,
    calendar,
  };
}

/** The days of a series, and before them the sessions that the calendar has from a day on. */
export function withSessionsSince(from: number, days: Int32Array, calendar: string): Int32Array {
  const [first] = days;
  if (first === undefined || from >= first) return days;
  const before = calendarOf(calendar).sessions(dateOf(from), dateOf(first - 1));
  return Int32Array.from([...before.map(({ date }) => dayOf(date)), ...days]);
}

/** Divisors that bring each close onto today's basis: the product of the ratios of all later splits. */
function splitDivisors({ days, splits }: Pick<BarSeries, 'days' | 'splits'>): Float64Array | null {
  if (splits.length === 0) return null;
  const divisors = new Float64Array(days.length);
  let next = splits.length - 2;
  let divisor = 1;
  for (let i = days.length - 1; i >= 0; i--) {
    for (; next >= 0 && (splits[next] as number) > (days[i] as number); next -= 2)
      divisor *= splits[next + 1] as number;
    divisors[i] = divisor;
  }
  return divisors;
}

/**
 * Closes on the sessions of an axis, adjusted for splits: each the last one up to that session, NaN before the first. If a
 * market was closed on a session of the axis, its last close stands. If it traded while the axis had no session, the next
 * session shows it.
 */
export function closesOn(axis: Axis, series: BarSeries): Float64Array {
  const { days, closes } = series;
  const divisors = splitDivisors(series);
  const result = new Float64Array(axis.days.length).fill(Number.NaN);
  let last = -1;
  for (let t = 0; t < result.length; t++) {
    while (last + 1 < days.length && (days[last + 1] as number) <= (axis.days[t] as number)) last++;
    if (last >= 0) result[t] = (closes[last] as number) / (divisors ? (divisors[last] as number) : 1);
  }
  return result;
}

/** Cash paid per unit up to each session since the one before it, on the basis of split-adjusted closes; null without any. */
export function dividendsOn(axis: Axis, { splits, dividends }: BarSeries): Float64Array | null {
  if (dividends.length === 0) return null;
  const result = new Float64Array(axis.days.length);
  let t = 0;
  for (let i = 0; i < dividends.length; i += 2) {
    const [day, cash] = [dividends[i] as number, dividends[i + 1] as number];
    while (t < result.length && (axis.days[t] as number) < day) t++;
    if (t === result.length) break;
    let divisor = 1;
    for (let k = 0; k < splits.length; k += 2) if ((splits[k] as number) > day) divisor *= splits[k + 1] as number;
    result[t] = (result[t] as number) + cash / divisor;
  }
  return result;
}

/** Closes adjusted for dividends too, so that their returns are total returns. */
export function totalReturnCloses(closes: Float64Array, dividends: Float64Array | null): Float64Array {
  if (!dividends) return closes;
  const result = Float64Array.from(closes);
  let factor = 1;
  for (let t = closes.length - 1; t > 0; t--) {
    result[t] = (closes[t] as number) * factor;
    const [before, paid] = [closes[t - 1] as number, dividends[t] as number];
    if (paid > 0 && paid < before) factor *= 1 - paid / before;
  }
  result[0] = (closes[0] as number) * factor;
  return result;
}
