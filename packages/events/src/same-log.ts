import { isDeepStrictEqual } from 'node:util';
import type { History, LogRow } from './row.ts';

/**
 * Whether a row that was read under its number is still what the log has under it: a log that lost its end gives the numbers again, and what
 * somebody else put on the stream was never on the log. False too when the log no longer has that number.
 */
export async function isStillThere(history: History, row: LogRow): Promise<boolean> {
  const [there] = await history.since(row.last - 1, 1);
  // Both as JSON leaves them, one of them having come over the stream.
  return there !== undefined && isDeepStrictEqual(JSON.parse(JSON.stringify(there)), JSON.parse(JSON.stringify(row)));
}
