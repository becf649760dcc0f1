import type { SessionDate } from '@freshet/market';

/** The periods that people compare, ending at the last session. */
export const PERIODS = ['1m', '3m', 'ytd', '1y', 'all'] as const;
export type PeriodName = (typeof PERIODS)[number];

/** A stretch of a return series: `from` is the date after whose close it begins, `to` its last session. */
export interface Period {
  /** `1m`, `ytd`, …, or a calendar year as `2024`. */
  name: string;
  from: SessionDate;
  to: SessionDate;
  /** Returns [start, end) of the series. */
  start: number;
  end: number;
  /** False when the history begins later than the period. */
  complete: boolean;
}

/** A Thursday before a long weekend is five days before its Tuesday. */
const UNKNOWN_BASE_DAYS = 5;

/**
 * The periods of a return series: 1m, 3m, ytd, 1y and all, then each calendar year that it touches.
 *
 * @param sessions the session at whose close each return ends, ascending
 * @param base the session of the value before the first return; where it isn't known, at most a long weekend earlier
 */
export function periodsOf(sessions: readonly SessionDate[], base: SessionDate | null = null): readonly Period[] {
  const own = known.get(sessions);
  if (own?.base === base) return own.periods;
  const periods = workOut(sessions, base);
  known.set(sessions, { base, periods });
  return periods;
}

/** Series on the same sessions have the same periods. */
const known = new WeakMap<readonly SessionDate[], { base: SessionDate | null; periods: readonly Period[] }>();

function workOut(sessions: readonly SessionDate[], base: SessionDate | null): Period[] {
  const last = sessions.at(-1);
  if (last === undefined) return [];
  const origin = base ?? daysBefore(sessions[0]!, UNKNOWN_BASE_DAYS);
  const firstYear = Number(sessions[0]!.slice(0, 4));
  const lastYear = Number(last.slice(0, 4));
  const between = (name: string, from: SessionDate, to: SessionDate): Period => ({
    name,
    from,
    to,
    start: firstAfter(sessions, from),
    end: firstAfter(sessions, to),
    complete: origin <= from,
  });
  const all: Period = {
    name: 'all',
    from: base ?? sessions[0]!,
    to: last,
    start: 0,
    end: sessions.length,
    complete: true,
  };
  const periods = [
    between('1m', monthsBefore(last, 1), last),
    between('3m', monthsBefore(last, 3), last),
    between('ytd', `${String(lastYear - 1).padStart(4, '0')}-12-31`, last),
    between('1y', monthsBefore(last, 12), last),
    all,
  ];
  for (let year = firstYear; year <= lastYear; year++) {
    const name = String(year).padStart(4, '0');
    const end = `${name}-12-31`;
    const period = between(name, `${String(year - 1).padStart(4, '0')}-12-31`, end < last ? end : last);
    if (period.end > period.start) periods.push(period);
  }
  return periods;
}

/** The same day so many months earlier; the month's last day where it has no such day. */
export function monthsBefore(session: SessionDate, months: number): SessionDate {
  const [year, month, day] = session.split('-').map(Number) as [number, number, number];
  const first = new Date(Date.UTC(year, month - 1 - months, 1));
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day, lastDay));
  return first.toISOString().slice(0, 10);
}

function daysBefore(session: SessionDate, days: number): SessionDate {
  return new Date(Date.parse(`${session}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}

/** Index of the first session after the date. Sessions ascend. */
export function firstAfter(sessions: readonly SessionDate[], date: SessionDate): number {
  let low = 0;
  let high = sessions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sessions[middle]! <= date) low = middle + 1;
    else high = middle;
  }
  return low;
}
