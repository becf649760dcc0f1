import { isDeepStrictEqual } from 'node:util';
import type { History, LogRow } from './row.ts';

/**
 * Whether the log still has this row under its number. It doesn't when the log lost its end and gave the number to another event, when
 * somebody else put the row on the stream, or when the row was deleted.
 */
export async function isStillThere(history: History, row: LogRow): Promise<boolean> {
  const [there] = await history.since(row.last - 1, 1);
  // Compared as JSON, because a row that came over the stream has been through it.
  return there !== undefined && isDeepStrictEqual(JSON.parse(JSON.stringify(there)), JSON.parse(JSON.stringify(row)));
}
