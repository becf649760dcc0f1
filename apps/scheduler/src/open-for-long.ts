import { calendarOf, isCalendarId } from '@freshet/calendar';

const OPENING_MS = 5 * 60_000;

/** Whether a market has been open for 5 min. In the first minutes of a session the last session's close is not too old. */
export function openForLong(calendar: string, now: Date): boolean {
  const lately = new Date(now.getTime() - OPENING_MS);
  return isCalendarId(calendar) && [now, lately].every((at) => calendarOf(calendar).sessionAt(at).state === 'open');
}
