import type { SessionDate } from '@freshet/market';
import { CALENDAR_IDS, EXCHANGES, isCalendarId } from './catalogue.ts';
import type { CalendarId } from './catalogue.ts';
import { dateOf, dayOf, yearOf } from './days.ts';
import type { Exchange } from './exchange.ts';
import { momentIn } from './moment.ts';
import type { MarketMoment } from './moment.ts';
import { sessionsOfYear } from './session.ts';
import type { Session } from './session.ts';
import { zoneClock } from './zone.ts';

/** The years that calendars cover. Beyond the published years (to 2030) the same rules are continued. */
export const FIRST_YEAR = 1990;
export const LAST_YEAR = 2099;

/** When one exchange trades. Sessions are computed once per year and shared, so callers must not change them. */
export interface Calendar {
  readonly id: CalendarId;
  readonly name: string;
  /** IANA zone of its session dates. */
  readonly zone: string;
  /** `weekly`: sessions follow each other without a pause, so only the week's end counts as a close for schedules. */
  readonly finalClose: Exchange['finalClose'];
  /** Sessions from one date to another, both included; those outside of 1990–2099 are left out. */
  sessions(from: SessionDate, to: SessionDate): Session[];
  /** The session of a date; null when there is none. */
  session(date: SessionDate): Session | null;
  isSession(date: SessionDate): boolean;
  /** The last session before a date (any date). Throws a RangeError outside of 1990–2099. */
  previousSession(date: SessionDate): Session;
  /** The first session after a date (any date). Throws a RangeError outside of 1990–2099. */
  nextSession(date: SessionDate): Session;
  /** The state of trading at a moment; takes under 1 µs once the year is computed. RangeError outside of 1990–2099. */
  sessionAt(now: Date): MarketMoment;
  /** The exchange's local date at a moment. */
  dateAt(now: Date): SessionDate;
}

const calendars = new Map<CalendarId, Calendar>();

/** The calendar of an exchange, one object per id. Throws a RangeError that lists the known ids for any other text. */
export function calendarOf(id: string): Calendar {
  if (!isCalendarId(id)) throw new RangeError(`unknown exchange ${id}; known are ${CALENDAR_IDS.join(', ')}`);
  let calendar = calendars.get(id);
  if (!calendar) {
    calendar = calendarBy(id, EXCHANGES[id]);
    calendars.set(id, calendar);
  }
  return calendar;
}

/** A calendar made from an exchange's rules, which needn't be in the catalogue. */
export function calendarBy(id: CalendarId, exchange: Exchange): Calendar {
  const clock = zoneClock(exchange.zone);
  const years = new Map<number, Session[]>();
  let last: MarketMoment | null = null;

  function year(of: number): Session[] {
    let sessions = years.get(of);
    if (!sessions) {
      sessions = sessionsOfYear(exchange, clock, of);
      years.set(of, sessions);
    }
    return sessions;
  }

  function inRange(of: number): number {
    if (of >= FIRST_YEAR && of <= LAST_YEAR) return of;
    throw new RangeError(`calendars know the years ${FIRST_YEAR} to ${LAST_YEAR}, not ${of}`);
  }

  /** The last session for which `has` is true. It must be true up to some session of the year and false after it. */
  function lastWhere(of: number, has: (session: Session) => boolean): [number, number] {
    const sessions = year(of);
    let low = 0;
    let high = sessions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (has(sessions[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low > 0 ? [of, low - 1] : [of - 1, year(of - 1).length - 1];
  }

  function sessionNear([of, index]: [number, number], step: -1 | 0 | 1): Session {
    const wanted = index + step;
    if (wanted < 0) return year(of - 1).at(-1)!;
    return year(of)[wanted] ?? year(of + 1)[0]!;
  }

  function sessions(from: SessionDate, to: SessionDate): Session[] {
    const first = Math.max(yearOf(dayOf(from)), FIRST_YEAR);
    const final = Math.min(yearOf(dayOf(to)), LAST_YEAR);
    const found: Session[] = [];
    for (let of = first; of <= final; of += 1) {
      for (const session of year(of)) if (session.date >= from && session.date <= to) found.push(session);
    }
    return found;
  }

  function session(date: SessionDate): Session | null {
    const of = yearOf(dayOf(date));
    if (of < FIRST_YEAR || of > LAST_YEAR) return null;
    const found = sessionNear(
      lastWhere(of, (candidate) => candidate.date <= date),
      0,
    );
    return found.date === date ? found : null;
  }

  return {
    id,
    name: exchange.name,
    zone: exchange.zone,
    finalClose: exchange.finalClose,
    sessions,
    session,
    isSession: (date) => session(date) !== null,
    previousSession: (date) =>
      sessionNear(
        lastWhere(inRange(yearOf(dayOf(date))), (candidate) => candidate.date < date),
        0,
      ),
    nextSession: (date) =>
      sessionNear(
        lastWhere(inRange(yearOf(dayOf(date))), (candidate) => candidate.date <= date),
        1,
      ),
    sessionAt(now) {
      const at = now.getTime();
      if (last && at >= last.since.getTime() && at < last.until.getTime()) return last;
      const place = lastWhere(inRange(now.getUTCFullYear()), (s) => (s.preOpen ?? s.open).getTime() <= at);
      last = momentIn(sessionNear(place, -1), sessionNear(place, 0), sessionNear(place, 1), at);
      return last;
    },
    dateAt: (now) => dateOf(clock.dayAt(now.getTime())),
  };
}
