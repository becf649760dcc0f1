import type { Redis } from 'ioredis';

/**
 * The stream's life, by when it began: it begins another whenever the relay starts it afresh because it and the log have parted, as after the
 * log has lost its end. Numbers are given again then, so by themselves they don't tell a reader whether it goes on in what it read before.
 */
const epochKey = (streamKey: string): string => `${streamKey}:epoch`;

/** 0: nobody has said. */
export async function readEpoch(redis: Redis, streamKey: string): Promise<number> {
  const text = await redis.get(epochKey(streamKey)).catch((error: Error) => {
    if (error.message.startsWith('WRONGTYPE')) return null;
    throw error;
  });
  return epochOf(text);
}

/** The epoch that goes on, be it of Redis or, should that have been emptied, of the relay's memory; else one that begins now. */
export async function continueEpoch(redis: Redis, streamKey: string, known: number): Promise<number> {
  const epoch = Math.max(known, await readEpoch(redis, streamKey)) || Date.now();
  await redis.set(epochKey(streamKey), epoch);
  return epoch;
}

/** Throws the stream away. @returns the epoch of the one that begins */
export async function nextEpoch(redis: Redis, streamKey: string, known: number): Promise<number> {
  const epoch = Math.max(Date.now(), 1 + Math.max(known, await readEpoch(redis, streamKey)));
  const answers = await redis.multi().del(streamKey).set(epochKey(streamKey), epoch).exec();
  for (const [error] of answers ?? []) if (error) throw error;
  return epoch;
}

/** Clocks are less apart. One that lies far ahead would make every later one look past. */
const AHEAD_MS = 3_600_000;

/** What isn't one, whoever wrote it, is none. */
export function epochOf(text: string | null | undefined): number {
  const epoch = /^\d{1,15}$/.test(text ?? '') ? Number(text) : 0;
  return epoch < Date.now() + AHEAD_MS ? epoch : 0;
}
