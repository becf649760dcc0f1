import type { SessionDate } from '@freshet/market';

const CLOCKS = new Map<string, Intl.DateTimeFormat>();

/** A zone's clock; undefined when the zone is unknown to this machine. */
function clockOf(zone: string): Intl.DateTimeFormat | undefined {
  const known = CLOCKS.get(zone);
  if (known) return known;
  try {
    const clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    CLOCKS.set(zone, clock);
    return clock;
  } catch {
    return undefined;
  }
}

/** Clocks are only ever moved on a quarter of an hour, so an offset holds for one. */
const QUARTER_MS = 900_000;
const OFFSETS_KEPT = 50_000;
/** Asking Intl costs 10 µs; two years of bars ask the same 500 questions for every symbol. */
const OFFSETS = new Map<string, Map<number, number>>();

/** Milliseconds that a zone's clocks are ahead of UTC at a moment; 0 for an unknown zone. */
function offsetMs(moment: Date | number, zone: string): number {
  if (zone === 'UTC') return 0;
  const quarter = Math.floor(Number(moment) / QUARTER_MS);
  let offsets = OFFSETS.get(zone);
  if (!offsets) {
    offsets = new Map();
    OFFSETS.set(zone, offsets);
  }
  let offset = offsets.get(quarter);
  if (offset === undefined) {
    offset = offsetAt(quarter * QUARTER_MS, zone);
    if (offsets.size >= OFFSETS_KEPT) offsets.clear();
    offsets.set(quarter, offset);
  }
  return offset;
}

function offsetAt(ms: number, zone: string): number {
  const parts = clockOf(zone)?.formatToParts(ms);
  if (!parts) return 0;
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - ms;
}

const DAY_MS = 86_400_000;
const DAYS_KEPT = 50_000;
const DATES = new Map<number, SessionDate>();

/** The calendar date of a moment (a Date, or ms since 1970) in a time zone (IANA name); in UTC when the zone is unknown to this machine. */
export function dateInZone(moment: Date | number, zone: string): SessionDate {
  const day = Math.floor((Number(moment) + offsetMs(moment, zone)) / DAY_MS);
  let date = DATES.get(day);
  if (date === undefined) {
    date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    if (DATES.size >= DAYS_KEPT) DATES.clear();
    DATES.set(day, date);
  }
  return date;
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
  return zone === 'UTC' || clockOf(zone) !== undefined;
}
