import { Cron } from 'croner';

/**
 * Cron patterns on a zone's clock, read by croner. Its handling of daylight saving is held by tests. A pattern with a
 * fixed hour fires once a day: at the end of the gap when its time is skipped (02:30 → 03:00 local), and at the first
 * of two when it is repeated. A pattern that recurs by the hour or minute follows real time. cron-parser 5 was tried:
 * called from within a gap or a repeated hour it loses or doubles the tick, and it loses gaps at midnight.
 */

/** The first tick after a moment; null when the pattern never fires again. Throws a RangeError that names the fault. */
export function nextCronTick(pattern: string, zone: string, after: Date): Date | null {
  return read(pattern, zone).nextRun(after);
}

/** The last tick at or before a moment; null when there is none. Throws a RangeError that names the fault. */
export function lastCronTick(pattern: string, zone: string, now: Date): Date | null {
  // Croner looks back from whole seconds and excludes the second that it is given.
  const nextSecond = new Date((Math.floor(now.getTime() / 1000) + 1) * 1000);
  return read(pattern, zone).previousRuns(1, nextSecond)[0] ?? null;
}

function read(pattern: string, zone: string): Cron {
  const fields = pattern.trim().split(/\s+/);
  if (fields.length !== 5)
    throw new RangeError(
      `a cron pattern has five fields (minute hour day month weekday), such as 30 9 * * 1-5, and not: ${pattern}`,
    );
  if (!isZone(zone)) throw new RangeError(`unknown time zone ${zone}; use an IANA name like America/New_York`);
  try {
    return new Cron(fields.join(' '), { timezone: zone, mode: '5-part', paused: true });
  } catch (error) {
    throw new RangeError(`cron pattern ${pattern}: ${(error as Error).message.replace(/^CronPattern: /, '')}`, {
      cause: error,
    });
  }
}

const zones = new Map<string, boolean>();

function isZone(zone: string): boolean {
  let known = zones.get(zone);
  if (known === undefined) {
    try {
      known = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
    } catch {
      known = false;
    }
    if (zones.size < 1000) zones.set(zone, known);
  }
  return known;
}
