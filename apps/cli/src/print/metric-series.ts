import { table } from './table.ts';

interface Measured {
  cumulative_returns?: number[];
  cumulative_dates?: string[];
  /** Besides the window and its dates: by metric, one value for each date. */
  rolling?: Record<string, unknown> & { window: number; dates: string[] };
}

const figure = (value: unknown): string =>
  typeof value === 'number' && Number.isFinite(value) ? value.toFixed(6) : '–';

/** The cumulative return of each series after each period; all series of a file have the same periods. */
export function cumulativeText(series: Record<string, Measured>): string {
  const all = Object.entries(series);
  const dates = all[0]?.[1].cumulative_dates ?? [];
  if (dates.length === 0) return '';
  const rows = dates.map((date, at) => [date, ...all.map(([, each]) => figure(each.cumulative_returns?.[at]))]);
  return `\n${table(['cumulative return', ...all.map(([name]) => name)], rows)}`;
}

/** A table for each series: the metrics over a window that ends at each date. */
export function rollingText(series: Record<string, Measured>): string {
  return Object.entries(series)
    .flatMap(([name, { rolling }]) => {
      if (!rolling) return [];
      const { window, dates, ...metrics } = rolling;
      const columns = Object.entries(metrics) as [string, ArrayLike<number | null>][];
      const rows = dates.map((date, at) => [date, ...columns.map(([, values]) => figure(values[at]))]);
      return [`\n${table([`${name}, ${window} periods`, ...columns.map(([metric]) => metric)], rows)}`];
    })
    .join('');
}
