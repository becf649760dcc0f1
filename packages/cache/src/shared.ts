import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';

/** What Redis has for a key: the present epochs of its tags and, if its answer is of these epochs, the answer and when it was made. */
export interface Found {
  epochs: string[];
  value?: unknown;
  at: number;
}

/** A change's place in the event log. Numbers are comparable within one epoch of the log only. */
export interface Place {
  epoch: number;
  number: number;
}

export interface Shared {
  /** Null while Redis can't be asked, or while a change is yet to be told to it: its answers may be from before the change. */
  read(key: string, tags: readonly string[]): Promise<Found | null>;
  /** `epochs`: the ones that were read before the answer was computed. */
  write(
    key: string,
    value: unknown,
    terms: { at: number; forS: number; tags: readonly string[]; epochs: string[] },
  ): Promise<void>;
  /** Invalidates answers with one of the tags, and tells every process. */
  end(tags: readonly string[]): Promise<void>;
  /** Invalidates them by a change's place in the log, which has the same effect however many processes do it. */
  mark(tags: readonly string[], place: Place): Promise<void>;
  /** Invalidates everything from before this epoch of the log. */
  enter(epoch: number): Promise<void>;
  close(): void;
}

const MAX_LIFE_S = 48 * 3_600;
/** Longer than any answer lives: if a tag's epoch expired earlier, answers from before the tag's change would become valid again. */
const EPOCH_LIFE_S = 72 * 3_600;
/** How long Redis isn't asked after a failure, so that a Redis that hangs makes one answer slow rather than all. */
const REST_MS = 2_000;
const MAX_OWED = 10_000;
/** Tags per script. A refresh of all symbols invalidates thousands, and Redis does nothing else while a script runs. */
const TAGS_AT_ONCE = 500;

/**
 * Gives the tags KEYS their next epoch: change number ARGV[1] of the log's epoch ARGV[2] if that is later than the present one, and the
 * unique suffix ARGV[3] if there is one. A tag's epoch never goes back, because processes read the log at different times, and an earlier
 * epoch would make its answers valid again.
 */
const NEXT_EPOCH = `
for _, key in ipairs(KEYS) do
  local number, log = string.match(redis.call('GET', key) or '', '^(%d+)@?(%d*)')
  number, log = tonumber(number) or 0, tonumber(log) or 0
  local later = tonumber(ARGV[2]) > log or (tonumber(ARGV[2]) == log and tonumber(ARGV[1]) > number)
  if later then number, log = tonumber(ARGV[1]), tonumber(ARGV[2]) end
  if ARGV[3] ~= '' or later then
    redis.call('SET', key, string.format('%.0f@%.0f', number, log) .. ARGV[3], 'EX', ${EPOCH_LIFE_S})
  end
end`;

/** A tag that every answer has. */
const EVERYTHING = '*';

/**
 * The answers that processes share. An answer carries the epochs that its tags had before it was computed, and is valid while they are the
 * same. A change gives its tags new epochs, so an answer that was being computed from older data is never valid after the change.
 */
export function createShared(redis: Redis, prefix: string, onError: () => void): Shared {
  const entryKey = (key: string) => `${prefix}:answer:${key}`;
  const tagKey = (tag: string) => `${prefix}:tag:${tag}`;
  const channel = `${prefix}:ended`;
  let restUntil = 0;
  /** Tags of changes that Redis couldn't be told of: it was away or hung, and may come back with all its old answers. */
  const owed = new Set<string>();
  let paying: NodeJS.Timeout | undefined;

  async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
    if (redis.status !== 'ready' || Date.now() < restUntil) return null;
    try {
      return await work();
    } catch {
      restUntil = Date.now() + REST_MS;
      onError();
      return null;
    }
  }

  async function end(tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    const told = await attempt(async () => {
      const own = `.${randomBytes(9).toString('base64url')}`;
      const multi = redis.multi();
      multi.eval(NEXT_EPOCH, tags.length, ...tags.map(tagKey), 0, 0, own);
      multi.publish(channel, JSON.stringify(tags));
      for (const [error] of (await multi.exec()) ?? []) if (error) throw error;
      return true;
    });
    if (!told) owe(tags);
  }

  /** Remembers changes for Redis. They are told when Redis is back or, if the connection survived the failure, after `REST_MS`. */
  function owe(tags: readonly string[]): void {
    for (const tag of tags) owed.add(tag);
    if (owed.size > MAX_OWED) {
      owed.clear();
      owed.add(EVERYTHING);
    }
    clearTimeout(paying);
    paying = setTimeout(() => void pay(), REST_MS).unref();
  }

  async function mark(tags: readonly string[], { epoch, number }: Place): Promise<void> {
    const told = await attempt(async () => {
      const pipeline = redis.pipeline();
      for (let from = 0; from < tags.length; from += TAGS_AT_ONCE) {
        const keys = tags.slice(from, from + TAGS_AT_ONCE).map(tagKey);
        pipeline.eval(NEXT_EPOCH, keys.length, ...keys, number, epoch, '');
      }
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
      return true;
    });
    if (!told) owe(tags);
  }

  async function pay(): Promise<void> {
    clearTimeout(paying);
    restUntil = 0;
    const tags = [...owed];
    owed.clear();
    await end(tags);
  }
  const onReady = () => void pay();
  redis.on('ready', onReady);

  return {
    read: (key, tags) =>
      attempt(async () => {
        if (owed.size > 0) return null;
        const [text, ofAll, ...epochs] = await redis.mget(entryKey(key), tagKey(EVERYTHING), ...tags.map(tagKey));
        const now = [...(ofAll ? [ofAll] : []), ...epochs.map((epoch) => epoch ?? '')];
        const answer = text ? parse(text) : null;
        if (!answer || answer.epochs.join() !== now.join()) return { epochs: now, at: 0 };
        return { epochs: now, value: answer.value, at: answer.at };
      }),
    async write(key, value, { at, forS, epochs }) {
      const text = JSON.stringify({ value, at, epochs });
      await attempt(() => redis.set(entryKey(key), text, 'EX', Math.max(1, Math.min(MAX_LIFE_S, Math.ceil(forS)))));
    },
    end,
    mark,
    enter: (epoch) => mark([EVERYTHING], { epoch, number: 0 }),
    close() {
      clearTimeout(paying);
      redis.off('ready', onReady);
    },
  };
}

/** Reads an entry that another process, or anybody else, wrote. Null: it is no answer. */
function parse(text: string): { value: unknown; at: number; epochs: string[] } | null {
  try {
    const read = JSON.parse(text) as { value?: unknown; at?: unknown; epochs?: unknown };
    if (typeof read.at !== 'number' || !Array.isArray(read.epochs) || read.value === undefined) return null;
    return { value: read.value, at: read.at, epochs: read.epochs as string[] };
  } catch {
    return null;
  }
}
