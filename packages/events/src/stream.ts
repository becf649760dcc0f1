import type { Redis } from 'ioredis';
import { EVENT_TYPES } from '@freshet/contracts';
import { z } from 'zod';
import type { LogRow } from './row.ts';

/** Rows that the stream keeps; a row may carry a batch of quotes, so this is at most some 30 MB. Older ones are in Postgres. */
const STREAM_ROWS = 2_000;

export const streamKey = (prefix: string): string => `${prefix}:events`;

const row = z.object({
  first: z.number().int().positive(),
  last: z.number().int().positive(),
  type: z.enum(EVENT_TYPES),
  userId: z.string().nullable(),
  at: z.string(),
  items: z.array(z.record(z.string(), z.unknown())),
});

/**
 * Puts rows on the stream, in one round trip. An entry's id is the row's last number, and Redis refuses ids that aren't above the
 * last one, so publishing again what may be there already is harmless.
 */
export async function publish(redis: Redis, key: string, rows: readonly LogRow[]): Promise<void> {
  const pipeline = redis.pipeline();
  for (const each of rows) {
    pipeline.xadd(key, 'MAXLEN', '~', STREAM_ROWS, `${each.last}-0`, 'row', JSON.stringify(each));
  }
  const answers = await pipeline.exec();
  for (const [error] of answers ?? []) {
    if (error && !error.message.includes('equal or smaller')) throw error;
  }
}

/** The last number on the stream; 0 when it is empty. */
export async function lastOnStream(redis: Redis, key: string): Promise<number> {
  const [entry] = await redis.xrevrange(key, '+', '-', 'COUNT', 1);
  return entry ? Number(entry[0].split('-')[0]) : 0;
}

/**
 * Waits up to `blockMs` for rows behind `number`. An entry that isn't a row is left out: its reader sees the hole and asks the database.
 */
export async function readStream(redis: Redis, key: string, number: number, blockMs: number): Promise<LogRow[]> {
  const answer = await redis.xread('COUNT', 200, 'BLOCK', blockMs, 'STREAMS', key, `${number}-0`);
  const entries = answer?.[0]?.[1] ?? [];
  return entries.flatMap(([, fields]) => parseRow(fields[fields.indexOf('row') + 1]));
}

function parseRow(text: string | undefined): LogRow[] {
  try {
    return [row.parse(JSON.parse(text ?? ''))];
  } catch {
    return [];
  }
}
