import type { RealWindow } from './window.ts';

const HOUR_MS = 3_600_000;

/** The period of a window that starts anew in which a moment lies: from its start up to, not including, its end. */
export function periodOf({ resets, perSeconds }: RealWindow, nowMs: number): { startMs: number; endMs: number } {
  if (!resets) {
    const lengthMs = perSeconds * 1000;
    const startMs = Math.floor(nowMs / lengthMs) * lengthMs;
    return { startMs, endMs: startMs + lengthMs };
  }
  const local = new Date(nowMs + zoneOffsetMs(resets.zone, nowMs) - resets.hour * HOUR_MS);
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  const [start, end] =
    resets.every === 'day'
      ? [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)]
      : [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)];
  const moment = (localMs: number) => {
    const guess = localMs + resets.hour * HOUR_MS;
    return guess - zoneOffsetMs(resets.zone, guess - zoneOffsetMs(resets.zone, guess));
  };
  return { startMs: moment(start), endMs: moment(end) };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far a zone's clock is ahead of UTC. */
function zoneOffsetMs(zone: string, ms: number): number {
  if (zone === 'UTC') return 0;
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    formats.set(zone, format);
  }
  const name = format.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  if (!sign) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
