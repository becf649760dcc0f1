import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';

/** What Redis says of a key: the epochs of its tags now, and, if it is of these epochs, the answer and when it was made. */
export interface Found {
  epochs: string[];
  value?: unknown;
  at: number;
}

/** Where a change stands in the log: under a number, which is given again when the log has lost its end and a later epoch begins. */
export interface Place {
  epoch: number;
  number: number;
}

export interface Shared {
  /** Null while Redis can't be asked, or hasn't heard of a change: what it holds may be from before. */
  read(key: string, tags: readonly string[]): Promise<Found | null>;
  /** `epochs`: those that were read before the answer was made. */
  write(
    key: string,
    value: unknown,
    terms: { at: number; forS: number; tags: readonly string[]; epochs: string[] },
  ): Promise<void>;
  /** Ends what has one of the tags, and tells every process. */
  end(tags: readonly string[]): Promise<void>;
  /** Ends it by the place of a change in the log, the same on every process that reads of it. */
  mark(tags: readonly string[], place: Place): Promise<void>;
  /** Ends everything from before this epoch of the log. */
  enter(epoch: number): Promise<void>;
  close(): void;
}

const MAX_LIFE_S = 48 * 3_600;
/** Longer than any answer lives: an epoch that expired while an answer of an older one lives would make that one good again. */
const EPOCH_LIFE_S = 72 * 3_600;
/** After a failure Redis is left alone this long, so that a Redis that hangs costs one slow answer rather than all. */
const REST_MS = 2_000;
const MAX_OWED = 10_000;
/** A refresh of all symbols ends thousands at once, and Redis does nothing else meanwhile. */
const TAGS_AT_ONCE = 500;

/**
 * Gives the tags KEYS their next epoch: the change ARGV[1] of the log's epoch ARGV[2], if none later is known, and with ARGV[3] one of its own
 * on top. Processes read of changes at different times: going back to an epoch would make its answers good again.
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

/** The tag of every answer. */
const EVERYTHING = '*';

/**
 * The answers that processes share. An answer carries the epochs of its tags from before it was made, and is good while they are the
 * same: a change gives its tag another epoch, so an answer that was being computed from what was before is never good after it.
 */
export function createShared(redis: Redis, prefix: string, onError: () => void): Shared {
  const entryKey = (key: string) => `${prefix}:answer:${key}`;
  const tagKey = (tag: string) => `${prefix}:tag:${tag}`;
  const channel = `${prefix}:ended`;
  let restUntil = 0;
  /** Changes that Redis hasn't heard of: it was away or hung, and may come back with all its old answers. */
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

  /** Told when Redis is back or, after a failure that cost no connection, when the rest is over. */
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

/** What another process, or somebody else, wrote. */
function parse(text: string): { value: unknown; at: number; epochs: string[] } | null {
  try {
    const read = JSON.parse(text) as { value?: unknown; at?: unknown; epochs?: unknown };
    if (typeof read.at !== 'number' || !Array.isArray(read.epochs) || read.value === undefined) return null;
    return { value: read.value, at: read.at, epochs: read.epochs as string[] };
  } catch {
    return null;
  }
}
