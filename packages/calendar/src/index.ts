// Re-exported for rooms that import calendar but not market.
export { isSessionDate } from '@freshet/market';
export { calendarOf, FIRST_YEAR, LAST_YEAR } from './calendar.ts';
export type { Calendar } from './calendar.ts';
export { calendarIdOf, knowsHours } from './calendar-of-symbol.ts';
export { CALENDAR_IDS, isCalendarId } from './catalogue.ts';
export type { CalendarId } from './catalogue.ts';
export * from './freshness.ts';
export type { MarketMoment, SessionState } from './moment.ts';
export { DEFAULT_SCHEDULES, MISSED_TICKS, scheduleProblem } from './schedules/schedule.ts';
export type { DefaultSchedule, MissedTicks, ScheduleSpec } from './schedules/schedule.ts';
export { MOST_TICKS, nextTick, ON_TIME_MS, ticksDue } from './schedules/ticks.ts';
export type { Tick } from './schedules/ticks.ts';
export type { Session } from './session.ts';
