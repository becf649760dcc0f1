/**
 * Moments of a chart in the reader's own zone, as everything else on the page: the library would write them in UTC. `timeZone` is
 * the browser's own unless it is given.
 */

/** Under the pointer: `20 Nov, 14:03`. */
export function momentSays(seconds: number, timeZone?: string): string {
  const parts = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
  return new Date(seconds * 1_000).toLocaleString('en-GB', { ...parts, timeZone });
}

const MARKS = {
  year: { year: 'numeric' },
  month: { day: 'numeric', month: 'short' },
  day: { day: 'numeric', month: 'short' },
  time: { hour: '2-digit', minute: '2-digit' },
} as const;
/** What a mark below the chart stands for. */
export type MarkOf = keyof typeof MARKS;

/** At a mark below the chart: the time within a day, the date where another begins. */
export function markSays(seconds: number, of: MarkOf, timeZone?: string): string {
  return new Date(seconds * 1_000).toLocaleString('en-GB', { ...MARKS[of], timeZone });
}
