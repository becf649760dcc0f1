/** One row of the table: what is measured, beside what, and the bar. */
export interface Row {
  name: string;
  what: string;
  run(how: RunHow): Promise<Result>;
}

export interface RunHow {
  /** A long row runs for a short while, to see that it runs: its figures mean little. */
  quick: boolean;
}

export interface Result {
  /** Figures to show, with their units in their names. */
  figures: Record<string, number | string>;
  /** The ratio or figure that the bar is about. */
  measured: number;
  bar: { at: number; is: 'at least' | 'at most' };
}

export function met({ measured, bar }: Result): boolean {
  return bar.is === 'at least' ? measured >= bar.at : measured <= bar.at;
}

/** The value below which `share` of the samples lie. */
export function percentile(samples: number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
