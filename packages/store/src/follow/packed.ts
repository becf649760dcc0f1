import { textArray } from '../database/binary-array.ts';

/**
 * Results of a calculation thread go to Postgres as the thread packs them, in shared memory. The event loop passes on
 * megabytes of text in each refresh without making strings of them, which had caused most of its garbage collection.
 * Nothing here needs a database, so that threads don't load its driver.
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
