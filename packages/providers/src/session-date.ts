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

const CLOCKS = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds that a zone's clocks are ahead of UTC at a moment. */
function offsetMs(moment: Date, zone: string): number {
  let clock = CLOCKS.get(zone);
  if (!clock) {
    const all = {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    } as const;
    clock = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...all });
    CLOCKS.set(zone, clock);
  }
  const parts = clock.formatToParts(moment);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return local - Math.floor(moment.getTime() / 1000) * 1000;
}

/** Minutes since midnight on the clocks of a zone. */
export function minuteInZone(moment: Date, zone: string): number {
  const local = new Date(moment.getTime() + offsetMs(moment, zone));
  return local.getUTCHours() * 60 + local.getUTCMinutes();
}

/** The moment at which the clocks of a zone show that date and minute since midnight. */
export function momentInZone(date: SessionDate, minute: number, zone: string): Date {
  const asUtc = Date.parse(`${date}T00:00:00Z`) + minute * 60_000;
  // Twice, for the offset is that of the moment looked for, which a change of daylight saving may lie before.
  const near = asUtc - offsetMs(new Date(asUtc), zone);
  return new Date(asUtc - offsetMs(new Date(near), zone));
}

/** True for a zone that this machine knows. */
export function isZone(zone: string): boolean {
  if (FORMATS.has(zone) || zone === 'UTC') return true;
  try {
    dateInZone(new Date(0), zone);
    return FORMATS.has(zone);
  } catch {
    return false;
  }
}
