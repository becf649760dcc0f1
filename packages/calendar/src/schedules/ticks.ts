import { calendarOf } from '../calendar.ts';
import type { Calendar } from '../calendar.ts';
import type { CalendarId } from '../catalogue.ts';
import { DAY_MS } from '../days.ts';
import type { Session } from '../session.ts';
import { lastCronTick, nextCronTick } from './cron.ts';
import type { MissedTicks, ScheduleSpec } from './schedule.ts';

/** One firing of a schedule, identified by its moment: no schedule has two ticks at the same moment. */
export interface Tick {
  at: Date;
  /** The exchanges whose close it follows; empty for other schedules. */
  exchanges: readonly CalendarId[];
}

/** Ticks older than this count as missed, for the policy `skip` and for a schedule that never ran. */
export const ON_TIME_MS = 60_000;
/** `run_all` returns at most this many ticks per call, oldest first; the rest is due at the next call. */
export const MOST_TICKS = 1000;

/**
 * The ticks after `lastTick` and up to `now` that are to run now, in order. `lastTick` is the last recorded one; null
 * for a schedule that never ran, which begins with a tick on time and doesn't catch up on its past. `after_close` ticks
 * once per exchange, not once for all of them. Throws a RangeError for an invalid spec.
 */
export function ticksDue(
  spec: ScheduleSpec,
  lastTick: Date | null,
  now: Date,
  missed: MissedTicks = 'run_once',
): Tick[] {
  const onTimeOnly = missed === 'skip' || lastTick === null;
  const since = new Date(
    Math.max(lastTick?.getTime() ?? -Infinity, onTimeOnly ? now.getTime() - ON_TIME_MS - 1 : -Infinity),
  );
  if (since >= now) return [];
  return missed === 'run_all' ? allTicks(spec, since, now) : lastTicks(spec, now).filter((tick) => tick.at > since);
}

/** The first tick after a moment; null for a cron pattern that never fires. Throws a RangeError for an invalid spec. */
export function nextTick(spec: ScheduleSpec, after: Date): Tick | null {
  switch (spec.kind) {
    case 'every': {
      const stepMs = spec.seconds * 1000;
      return plain(new Date((Math.floor(after.getTime() / stepMs) + 1) * stepMs));
    }
    case 'cron': {
      const at = nextCronTick(spec.pattern, spec.zone, after);
      return at && plain(at);
    }
    case 'after_close':
      return merged(spec.exchanges.map((id) => [id, closeAfter(calendarOf(id), spec.minutes, after)]))[0] ?? null;
  }
}

/** The latest tick at or before `now`; one per exchange for `after_close`. */
function lastTicks(spec: ScheduleSpec, now: Date): Tick[] {
  switch (spec.kind) {
    case 'every': {
      const stepMs = spec.seconds * 1000;
      return [plain(new Date(Math.floor(now.getTime() / stepMs) * stepMs))];
    }
    case 'cron': {
      const at = lastCronTick(spec.pattern, spec.zone, now);
      return at ? [plain(at)] : [];
    }
    case 'after_close':
      return merged(spec.exchanges.map((id) => [id, closeBefore(calendarOf(id), spec.minutes, now)]));
  }
}

function allTicks(spec: ScheduleSpec, since: Date, now: Date): Tick[] {
  const ticks: Tick[] = [];
  let tick = nextTick(spec, since);
  while (tick && tick.at <= now && ticks.length < MOST_TICKS) {
    ticks.push(tick);
    tick = nextTick(spec, tick.at);
  }
  return ticks;
}

function plain(at: Date): Tick {
  return { at, exchanges: [] };
}

/** Exchanges that close at the same moment share a tick. */
function merged(closes: readonly [CalendarId, Date][]): Tick[] {
  const byTime = new Map<number, CalendarId[]>();
  for (const [id, at] of closes) byTime.set(at.getTime(), [...(byTime.get(at.getTime()) ?? []), id]);
  return [...byTime].sort(([a], [b]) => a - b).map(([at, exchanges]) => ({ at: new Date(at), exchanges }));
}

function closeAfter(calendar: Calendar, minutes: number, after: Date): Date {
  const from = after.getTime() - minutes * 60_000;
  let session = calendar.sessionAt(new Date(from)).previousSession;
  while (session.close.getTime() <= from || !isFinal(calendar, session)) session = calendar.nextSession(session.date);
  return plusMinutes(session.close, minutes);
}

function closeBefore(calendar: Calendar, minutes: number, now: Date): Date {
  let session = calendar.sessionAt(new Date(now.getTime() - minutes * 60_000)).previousSession;
  while (!isFinal(calendar, session)) session = calendar.previousSession(session.date);
  return plusMinutes(session.close, minutes);
}

/** In a weekly market, a close counts only where a pause in trading follows. */
function isFinal(calendar: Calendar, session: Session): boolean {
  if (calendar.finalClose === 'daily') return true;
  return calendar.nextSession(session.date).open.getTime() - session.close.getTime() >= DAY_MS;
}

function plusMinutes(at: Date, minutes: number): Date {
  return new Date(at.getTime() + minutes * 60_000);
}
