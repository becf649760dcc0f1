import type { SessionDate } from '@freshet/market';

/** Simple returns by session, as fractions: `returns[i]` ends at the close of `sessions[i]`. */
export interface ReturnSeries {
  /** The session of the value before the first return. */
  base: SessionDate | null;
  sessions: readonly SessionDate[];
  /** NaN is a session without a return. */
  returns: Float64Array;
}

/**
 * A series' returns at other sessions: those of the same date, NaN where it has none. Both ascend. When the series lacks
 * a session that `sessions` has, its next return covers both; it is left as it is.
 */
export function alignReturns(series: ReturnSeries, sessions: readonly SessionDate[]): Float64Array {
  if (series.sessions === sessions) return series.returns;
  const result = new Float64Array(sessions.length).fill(Number.NaN);
  let at = 0;
  for (let i = 0; i < sessions.length; i++) {
    while (at < series.sessions.length && series.sessions[at]! < sessions[i]!) at++;
    if (at < series.sessions.length && series.sessions[at] === sessions[i]) result[i] = series.returns[at]!;
  }
  return result;
}
