/** Ages, durations and moments as people read them. */

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** `now`, `12 s`, `3 min`, `2 h`, `5 d`: one unit, rounded down, so that it never says more than has passed. */
export function formatAge(seconds: number): string {
  if (seconds < 1) return 'now';
  if (seconds < MINUTE_S) return `${Math.floor(seconds)} s`;
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)} min`;
  if (seconds < 2 * DAY_S) return `${Math.floor(seconds / HOUR_S)} h`;
  return `${Math.floor(seconds / DAY_S)} d`;
}

/** `940 ms`, `5.2 s`, `48 s`, `2 min 5 s`, `2 h 1 min`. Rounded to what is shown before it is taken apart: no `60 s`. */
export function formatDuration(ms: number): string {
  if (Math.round(ms) < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < MINUTE_S) return `${seconds} s`;
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)} min ${seconds % MINUTE_S} s`;
  const minutes = Math.round(seconds / MINUTE_S);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `14:03:12` today, `20 Nov, 14:03` before, `20 Nov 2024, 14:03` in another year, in the reader's own zone. */
export function formatMoment(iso: string | null | undefined, nowMs: number): string {
  if (!iso) return '–';
  const moment = new Date(iso);
  const now = new Date(nowMs);
  if (moment.toDateString() === now.toDateString()) return moment.toLocaleTimeString('en-GB');
  return moment.toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(moment.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
  });
}

/** `in 12 s`, `3 min ago`. */
export function formatRelative(iso: string | null | undefined, nowMs: number): string {
  if (!iso) return '–';
  const seconds = (Date.parse(iso) - nowMs) / 1_000;
  if (Math.abs(seconds) < 1) return 'just now';
  return seconds > 0 ? `in ${formatAge(seconds)}` : `${formatAge(-seconds)} ago`;
}

/** A refresh that should have ended longer ago than this isn't about to end: nobody knows when it will. */
const LATE_S = 10;

/** What is left until a refresh will probably have ended, or null when nobody can say yet. */
export function formatEta(estimatedCompletion: string | null, nowMs: number): string | null {
  if (estimatedCompletion === null) return null;
  const leftS = (Date.parse(estimatedCompletion) - nowMs) / 1_000;
  if (leftS < -LATE_S) return null;
  return leftS < 1 ? 'about to end' : `about ${formatAge(Math.ceil(leftS))} left`;
}
