import { isSessionDate, type SessionDate } from '@freshet/market';
import { dateInZone, momentInZone } from './session-date.ts';

const LOCAL = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?/;

/** The moment of a local time without an offset (`2024-01-31 09:30:00`, or a date for its midnight); null for other text. */
export function zonedTime(local: string, zone: string): Date | null {
  const [, date, hour, minute, second] = LOCAL.exec(local.trim()) ?? [];
  // The year 9999 ends in 10000 on other clocks, and its dates stand for "never".
  if (!date || !isSessionDate(date) || date >= '9999') return null;
  const start = momentInZone(date, Number(hour ?? 0) * 60 + Number(minute ?? 0), zone);
  return new Date(start.getTime() + Number(second ?? 0) * 1000);
}

/** The calendar day so many days after a date; before it for a negative number. */
export function dayAfter(date: SessionDate, days = 1): SessionDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Milliseconds from a moment to the next midnight of a zone. */
export function msToMidnight(moment: Date, zone: string): number {
  return momentInZone(dayAfter(dateInZone(moment, zone)), 0, zone).getTime() - moment.getTime();
}

/** Milliseconds from a moment to the next full minute: at least 1. */
export function msToNextMinute(moment: Date): number {
  return 60_000 - (moment.getTime() % 60_000);
}
