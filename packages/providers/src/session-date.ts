import type { SessionDate } from '@freshet/market';

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** The calendar date of a moment in a time zone (IANA name); in UTC when the zone is unknown to this machine. */
export function dateInZone(moment: Date, zone: string): SessionDate {
  if (zone === 'UTC') return moment.toISOString().slice(0, 10);
  let format = FORMATS.get(zone);
  if (!format) {
    try {
      format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    } catch {
      return moment.toISOString().slice(0, 10);
    }
    FORMATS.set(zone, format);
  }
  return format.format(moment);
}
