import { CALENDAR_IDS, isCalendarId } from '../catalogue.ts';
import type { CalendarId } from '../catalogue.ts';
import { nextCronTick } from './cron.ts';

/** When something recurs. Plain data, stored in the database and edited through the API. */
export type ScheduleSpec =
  /** Ticks at whole multiples of the interval since 1970, so that all schedulers agree on them. */
  | { kind: 'every'; seconds: number }
  /** Five fields (minute, hour, day, month, weekday), read on the clock of an IANA zone. */
  | { kind: 'cron'; pattern: string; zone: string }
  /** Minutes after the final close of each of these exchanges. */
  | { kind: 'after_close'; minutes: number; exchanges: readonly CalendarId[] };

/** What to do with missed ticks: run the latest once, skip them, or run each. */
export const MISSED_TICKS = ['run_once', 'skip', 'run_all'] as const;
export type MissedTicks = (typeof MISSED_TICKS)[number];

export interface DefaultSchedule {
  spec: ScheduleSpec;
  missed: MissedTicks;
  does: string;
}

/** The schedules that a new installation has, by name. */
export const DEFAULT_SCHEDULES = {
  live: every(30, 'Overdue symbols that somebody streams or watches'),
  watchlist: every(300, 'Symbols of the default watchlist'),
  portfolio: every(600, 'Symbols held in active portfolios, then what they touch'),
  daily: cron('0 8 * * *', 'America/New_York', 'Full refresh'),
  hourly: cron('0 * * * *', 'UTC', 'What is missing or overdue'),
  cleanup: cron('0 2 * * *', 'UTC', 'Retention'),
  weekly: cron('0 2 * * 0', 'UTC', 'Deep clean: orphans, caches, statistics'),
  close: {
    spec: { kind: 'after_close', minutes: 20, exchanges: CALENDAR_IDS },
    missed: 'run_once',
    does: 'Daily bars final, metrics, index levels',
  },
} as const satisfies Record<string, DefaultSchedule>;

/** Why a schedule is invalid, as a sentence for people; null when it is valid. */
export function scheduleProblem(spec: ScheduleSpec): string | null {
  switch (spec.kind) {
    case 'every':
      return Number.isInteger(spec.seconds) && spec.seconds >= 1 && spec.seconds <= 86_400
        ? null
        : 'an interval is a whole number of seconds from 1 to 86400';
    case 'cron':
      return cronProblem(spec.pattern, spec.zone);
    case 'after_close': {
      if (!Number.isInteger(spec.minutes) || spec.minutes < 0 || spec.minutes > 1440) {
        return 'minutes after the close are a whole number from 0 to 1440';
      }
      const unknown = spec.exchanges.find((id) => !isCalendarId(id));
      if (unknown !== undefined) return `unknown exchange ${unknown}; known are ${CALENDAR_IDS.join(', ')}`;
      return spec.exchanges.length > 0 ? null : 'name at least one exchange';
    }
  }
}

function cronProblem(pattern: string, zone: string): string | null {
  try {
    // The moment is arbitrary: a pattern that fires at all fires within four years (29 February).
    return nextCronTick(pattern, zone, new Date(0)) ? null : `the pattern ${pattern} never fires`;
  } catch (error) {
    return (error as Error).message;
  }
}

function every(seconds: number, does: string): DefaultSchedule {
  return { spec: { kind: 'every', seconds }, missed: 'run_once', does };
}

function cron(pattern: string, zone: string, does: string): DefaultSchedule {
  return { spec: { kind: 'cron', pattern, zone }, missed: 'run_once', does };
}
