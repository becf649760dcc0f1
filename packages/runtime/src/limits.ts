/** One window of a provider's limits, as an operator writes it. */
export interface LimitWindow {
  limit: number;
  perSeconds: number;
  /** `cost` for the provider's own units (`6000w/min`), `calls` when said (`60c/min`); absent: as the provider declares. */
  counts?: 'calls' | 'cost';
  /** `false` when written `@sliding`; absent: as the provider declares. */
  resets?: { every: 'day' | 'month'; hour: number; zone: string } | false;
}

const SECONDS = { s: 1, m: 60, min: 60, h: 3600, d: 86_400, day: 86_400, month: 30 * 86_400 } as const;
const WINDOW = /^(\d{1,12})([wc]?)\/(\d{1,6}(?:\.\d{1,3})?)?(s|min|m|h|day|d|month)(?:@(.+))?$/;
const RESET = /^([01]?\d|2[0-3]):00(?:\s+([A-Za-z0-9_+/-]+))?$/;

/** A longer window would have to remember the calls of more than a quarter of a year. */
const LONGEST_SECONDS = 92 * 86_400;

/**
 * Reads a provider's limits: `8/min,800/day`, `60/min,30/s`, `8/10s`, `6000w/min` (weight instead of calls),
 * `250/day@00:00 UTC` (starts anew at that hour of that zone), `10000/month@00:00 UTC` (on the first), `25/day@sliding`.
 * Null for anything else, two windows of the same length and unit, and unknown zones included.
 */
export function parseLimits(text: string): LimitWindow[] | null {
  const windows = text.split(',').map((part) => parseLimit(part.trim()));
  if (!windows.every((window) => window !== null)) return null;
  const names = windows.map((window) => `${window.perSeconds} ${window.counts ?? ''}`);
  return new Set(names).size === names.length ? windows : null;
}

function parseLimit(text: string): LimitWindow | null {
  const [, limit, unit, times, span, at] = WINDOW.exec(text) ?? [];
  if (!limit || !span) return null;
  const perSeconds = Number(times ?? 1) * SECONDS[span as keyof typeof SECONDS];
  if (Number(limit) < 1 || perSeconds < 0.05 || perSeconds > LONGEST_SECONDS) return null;
  const window: LimitWindow = { limit: Number(limit), perSeconds };
  if (unit) window.counts = unit === 'w' ? 'cost' : 'calls';
  if (at === undefined) return window;
  const resets = parseReset(at.trim(), span, times);
  return resets === null ? null : { ...window, resets };
}

/** Only windows of one day or one month can start anew at an hour. */
function parseReset(text: string, span: string, times: string | undefined): LimitWindow['resets'] | null {
  if (text === 'sliding') return false;
  const [, hour, zone = 'UTC'] = RESET.exec(text) ?? [];
  const every = span === 'month' ? 'month' : span === 'day' || span === 'd' ? 'day' : null;
  if (hour === undefined || !every || (times !== undefined && times !== '1') || !isZone(zone)) return null;
  return { every, hour: Number(hour), zone };
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
