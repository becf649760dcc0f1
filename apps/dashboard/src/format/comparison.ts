import type { Point } from '../chart/spec.ts';

/** A comparison with the benchmark, as the calculations wrote it: what isn't known is null. */
export interface Comparison {
  ownReturn: number | null;
  benchmarkReturn: number | null;
  relativeReturn: number | null;
  beta: number | null;
  alpha: number | null;
  correlation: number | null;
  from: string | null;
  /** Correlation over a sliding window, by session. */
  rolling: Point[];
  /** Sessions of that window. */
  window: number | null;
  /** Why there is nothing to compare. */
  reason: string | null;
}

/** Reads it with care: it may have been written by another version than this page's. */
export function readComparison(values: unknown): Comparison {
  const fields = fieldsOf(values);
  const rolling = fieldsOf(fields.rolling_correlation);
  const sessions = Array.isArray(rolling.sessions) ? rolling.sessions : [];
  const points = Array.isArray(rolling.values) ? rolling.values : [];
  return {
    ownReturn: numberIn(fields.own_return),
    benchmarkReturn: numberIn(fields.benchmark_return),
    relativeReturn: numberIn(fields.relative_return),
    beta: numberIn(fields.beta),
    alpha: numberIn(fields.alpha),
    correlation: numberIn(fields.correlation),
    from: textIn(fields.from),
    rolling: sessions.flatMap((session, index) => {
      const value = numberIn(points[index]);
      return typeof session === 'string' && value !== null ? [{ time: session, value }] : [];
    }),
    window: numberIn(rolling.window),
    reason: textIn(fields.reason)?.replaceAll('_', ' ') ?? null,
  };
}

/** A correlation matrix: the symbols, and a row of correlations for each; null where there is none. */
export function readMatrix(values: unknown): { symbols: string[]; rows: (number | null)[][] } | null {
  const { symbols, values: rows } = fieldsOf(values);
  if (!Array.isArray(symbols) || !Array.isArray(rows) || symbols.length === 0) return null;
  return {
    symbols: symbols.map(String),
    rows: symbols.map((_symbol, row) =>
      symbols.map((_other, column) => numberIn((rows[row] as unknown[] | undefined)?.[column])),
    ),
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function numberIn(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
