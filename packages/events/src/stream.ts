import type { Redis } from 'ioredis';
import { EVENT_TYPES } from '@freshet/contracts';
import { z } from 'zod';
import { epochOf } from './epoch.ts';
import type { LogRow } from './row.ts';

/** How many rows the stream keeps. A row may carry a batch of quotes, so this is at most some 30 MB. Older rows are in Postgres. */
const STREAM_ROWS = 2_000;
/** The greatest second half of a stream id. */
const LAST_OF_NUMBER = '18446744073709551615';

export const streamKey = (prefix: string): string => `${prefix}:events`;

const row = z.object({
  first: z.number().int().positive(),
  last: z.number().int().positive(),
  type: z.enum(EVENT_TYPES),
  userId: z.string().nullable(),
  at: z.string(),
  items: z.array(z.record(z.string(), z.unknown())),
});

/** An entry of the stream. It may be anything, because others may be able to write to Redis. */
export interface StreamEntry {
  number: number;
  /** Null: the entry is no valid row, or the row's last number is not the entry's. */
  row: LogRow | null;
  /** The epoch that the relay wrote beside the row; 0 when there is none. */
  epoch: number;
}

/** Adds rows and stops at the first that is refused: if only later rows were on the stream, readers would miss it without knowing. */
const PUBLISH = `
for i = 2, #ARGV, 2 do
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ${STREAM_ROWS}, ARGV[i], 'row', ARGV[i + 1], 'epoch', ARGV[1])
end`;

/**
 * Puts rows on the stream, in one round trip. An entry's id is the row's last number.
 * @throws also when the stream has gone further already: Redis takes only ids above the last one
 */
export async function publish(redis: Redis, key: string, epoch: number, rows: readonly LogRow[]): Promise<void> {
  const entries = rows.flatMap((each) => [`${each.last}-0`, JSON.stringify(each)]);
  if (entries.length > 0) await redis.eval(PUBLISH, 1, key, epoch, ...entries);
}

/** Redis refused an entry because the stream already ends with the same number or a later one. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('equal or smaller than the target stream top item');

/** The last entry that the stream still holds. */
export async function lastEntry(redis: Redis, key: string): Promise<StreamEntry | null> {
  const [last] = await redis.xrevrange(key, '+', '-', 'COUNT', 1);
  return last ? entryOf(last) : null;
}

/** The highest number that was ever added to the stream, even if that entry is gone; 0 without a stream, infinite if the key is no stream. */
export async function endOfStream(redis: Redis, key: string): Promise<number> {
  try {
    const about = (await redis.xinfo('STREAM', key)) as unknown[];
    return numberOf(String(about[about.indexOf('last-generated-id') + 1]));
  } catch (error) {
    const { message } = error as Error;
    if (message.includes('no such key')) return 0;
    if (message.startsWith('WRONGTYPE')) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/** Waits up to `blockMs` for entries behind `number`. */
export async function readStream(redis: Redis, key: string, number: number, blockMs: number): Promise<StreamEntry[]> {
  const answer = await redis.xread('COUNT', 200, 'BLOCK', blockMs, 'STREAMS', key, `${number}-${LAST_OF_NUMBER}`);
  const entries = answer?.[0]?.[1] ?? [];
  return entries.map(entryOf);
}

function entryOf([id, fields]: [id: string, fields: string[]]): StreamEntry {
  const field = (name: string) => fields[fields.findIndex((each, i) => i % 2 === 0 && each === name) + 1];
  const number = numberOf(id);
  const named = fields.includes('epoch') ? field('epoch') : null;
  return { number, row: parseRow(number, field('row')), epoch: epochOf(named) };
}

const numberOf = (id: string): number => Number(id.split('-')[0]);

function parseRow(number: number, text: string | undefined): LogRow | null {
  try {
    const read = row.parse(JSON.parse(text ?? ''));
    return read.last === number && read.items.length === read.last - read.first + 1 ? read : null;
  } catch {
    return null;
  }
}
