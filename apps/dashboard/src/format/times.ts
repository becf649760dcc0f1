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

/** `0.9 s`, `12 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < MINUTE_S) return `${Math.round(seconds)} s`;
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)} min ${Math.round(seconds % MINUTE_S)} s`;
  return `${Math.floor(seconds / HOUR_S)} h ${Math.round((seconds % HOUR_S) / MINUTE_S)} min`;
}

/** `14:03:12` today, `Nov 20, 14:03` before, in the reader's own zone. */
export function formatMoment(iso: string | null | undefined, nowMs: number): string {
  if (!iso) return '–';
  const moment = new Date(iso);
  const sameDay = moment.toDateString() === new Date(nowMs).toDateString();
  return sameDay
    ? moment.toLocaleTimeString('en-GB')
    : moment.toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}

/** `in 12 s`, `3 min ago`. */
export function formatRelative(iso: string | null | undefined, nowMs: number): string {
  if (!iso) return '–';
  const seconds = (Date.parse(iso) - nowMs) / 1_000;
  if (Math.abs(seconds) < 1) return 'just now';
  return seconds > 0 ? `in ${formatAge(seconds)}` : `${formatAge(-seconds)} ago`;
}

/** What is left until a refresh will probably have ended, or null when nobody can say yet. */
export function formatEta(estimatedCompletion: string | null, nowMs: number): string | null {
  if (estimatedCompletion === null) return null;
  const leftS = (Date.parse(estimatedCompletion) - nowMs) / 1_000;
  return leftS < 1 ? 'about to end' : `about ${formatAge(Math.ceil(leftS))} left`;
}
