import type { Redis } from 'ioredis';

/**
 * The epoch of a stream: the time (ms) at which it began. The relay begins another when stream and log have parted, for example because the
 * log lost its end. The log gives numbers again then, so a number alone doesn't tell a reader whether it goes on in what it read before.
 */
const epochKey = (streamKey: string): string => `${streamKey}:epoch`;
/** The number above which a log that lost its end gives its next ones. */
const floorKey = (streamKey: string): string => `${streamKey}:floor`;

/** No log numbers this many events per ms of its life, so a later epoch's floor lies above every number that an earlier one gave. */
const NUMBERS_PER_MS = 100;

/** @returns 0 when Redis holds no epoch */
export async function readEpoch(redis: Redis, streamKey: string): Promise<number> {
  return epochOf(await readText(redis, epochKey(streamKey)));
}

/** @returns 0 when the log has never lost its end, as far as Redis knows */
export async function readFloor(redis: Redis, streamKey: string): Promise<number> {
  return NUMBERS_PER_MS * epochOf(await readText(redis, floorKey(streamKey)));
}

/** Goes on with the epoch that Redis has or, if Redis was emptied, the relay remembers; otherwise begins one now. */
export async function continueEpoch(redis: Redis, streamKey: string, known: number): Promise<number> {
  const epoch = Math.max(known, await readEpoch(redis, streamKey)) || Date.now();
  await redis.set(epochKey(streamKey), epoch);
  return epoch;
}

/**
 * Deletes the stream and begins another epoch. With `lostEnd` its floor is raised as well: the numbers of events that the log no longer has
 * aren't given again, so that a client that comes back with one of them is known by it.
 * @returns the epoch that begins
 */
export async function nextEpoch(
  redis: Redis,
  streamKey: string,
  { known, lostEnd }: { known: number; lostEnd: boolean },
): Promise<number> {
  const epoch = Math.max(Date.now(), 1 + Math.max(known, await readEpoch(redis, streamKey)));
  const changes = redis.multi().del(streamKey).set(epochKey(streamKey), epoch);
  // Kept as the epoch, which is checked when it is read: a forged floor would use up the numbers for good.
  if (lostEnd) changes.set(floorKey(streamKey), epoch);
  for (const [error] of (await changes.exec()) ?? []) if (error) throw error;
  return epoch;
}

async function readText(redis: Redis, key: string): Promise<string | null> {
  return redis.get(key).catch((error: Error) => {
    if (error.message.startsWith('WRONGTYPE')) return null;
    throw error;
  });
}

/** Clocks differ by less. An epoch that lies further ahead would make every later one look past. */
const AHEAD_MS = 3_600_000;

/** @returns 0 for anything that isn't an epoch: anybody who can write to Redis can have written it */
export function epochOf(text: string | null | undefined): number {
  const epoch = /^\d{1,15}$/.test(text ?? '') ? Number(text) : 0;
  return epoch < Date.now() + AHEAD_MS ? epoch : 0;
}
