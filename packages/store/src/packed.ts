import { textArray } from './binary-array.ts';

/**
 * What is calculated in a thread goes to Postgres as the thread packs it, in memory that both share: megabytes of text
 * in each refresh that the event loop hands on without making strings of it, which is most of what its garbage
 * collection was about. Nothing here needs a database, so that a thread loads no driver of one.
 */
const shared = (bytes: number): Buffer => Buffer.from(new SharedArrayBuffer(bytes));

/** One row of metrics: a subject and a period. */
export interface MetricsToWrite {
  subject: string;
  period: string;
  /** JSON text. */
  values: string;
}

/** Rows of metrics as `writeMetrics` takes them. */
export interface PackedMetrics {
  count: number;
  subjects: Uint8Array;
  periods: Uint8Array;
  values: Uint8Array;
}

export function packMetrics(rows: readonly MetricsToWrite[]): PackedMetrics {
  const column = (of: keyof MetricsToWrite, type?: 'json') =>
    textArray(
      rows.map((row) => row[of]),
      type,
      shared,
    );
  return {
    count: rows.length,
    subjects: column('subject'),
    periods: column('period'),
    values: column('values', 'json'),
  };
}

/** JSON texts as `writeSnapshots` takes them. */
export const packJson = (texts: readonly string[]): Uint8Array => textArray(texts, 'json', shared);
