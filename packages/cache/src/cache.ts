import type { Redis } from 'ioredis';
import { createListening } from './listening.ts';
import { createMemory, type Held } from './memory.ts';
import type { CacheMetrics } from './metrics.ts';
import { createShared, type Found, type Place } from './shared.ts';

export interface CacheOptions {
  /** A fail-fast client (`redisProducer`); null: memory and loader only. */
  redis: Redis | null;
  /** In subscriber mode, may be shared; null: this process is alone. */
  subscriber: Redis | null;
  prefix: string;
  /** How many answers memory holds; default 5,000. */
  maxEntries?: number;
  /** How much memory they may take together; default 64 MiB. */
  maxBytes?: number;
  metrics?: CacheMetrics;
}

/** How an answer is computed, and how long it is good. */
export interface Recipe<T> {
  /** An answer this young is good. */
  ttlS: number;
  /** For this long after the TTL, the old answer is served while a new one is computed, and when computing fails. */
  staleS: number;
  /** Computes the answer, which must survive JSON. */
  load(): Promise<T>;
  /** The names by which a change invalidates this answer, for example `portfolio:pf_1`, `symbol:AAPL`. */
  tags: readonly string[];
  /** After a change the old answer isn't served even while the new one is computed: for data that a user changes and reads back. */
  strict?: boolean;
  /**
   * Whether an answer goes into Redis, where other processes find it; default yes. Choose no for keys that callers can make up without
   * limit: memory evicts the least used answer, but a full Redis refuses everybody's writes.
   */
  shared?: boolean | ((answer: T) => boolean);
}

export interface Cache {
  /** @throws what `load` throws, when there is no earlier answer to serve instead */
  get<T>(key: string, recipe: Recipe<T>): Promise<T>;
  /** Invalidates every answer with one of the tags, on every process. Never rejects. */
  invalidate(tags: readonly string[]): Promise<void>;
  /** The same for an event of the log. Every process that reads the log calls it, which makes up for messages that pub/sub lost. */
  invalidated(tags: readonly string[], place: Place): void;
  /** Invalidates everything, because the log has gone back or events were missed. Later changes have this epoch. */
  entered(epoch: number): void;
  close(): void;
}

/** How long after a change an old answer may still be served while the new one is computed. */
const GRACE_MS = 1_000;

/**
 * Answers from memory, else from Redis, else from the loader, which runs once for all who ask at the same time. The last good answer is served
 * while a new one is computed. An invalidated answer is served so for at most a second more, and after that only when computing fails.
 */
export function createCache(options: CacheOptions): Cache {
  const { redis, subscriber, prefix, maxEntries = 5_000, maxBytes = 64 * 1_048_576, metrics } = options;
  const memory = createMemory(maxEntries, maxBytes);
  const shared = redis && createShared(redis, prefix, () => metrics?.error('redis'));
  const flights = new Map<string, { done: Promise<unknown>; tags: readonly string[]; dirty: boolean }>();
  const listening = subscriber && createListening(subscriber, `${prefix}:ended`, end);

  /** Invalidates in this process: answers in memory, and those that are being computed from data of before the change. */
  function end(tags: readonly string[]): void {
    memory.end(tags);
    for (const [key, flight] of flights) {
      if (!flight.tags.some((tag) => tags.includes(tag))) continue;
      flight.dirty = true;
      flights.delete(key);
    }
  }

  /** Whether this process would have heard of a change to the answer, or the answer is less than a second old. */
  function isTrusted({ at }: Held): boolean {
    return !listening || listening.heardAllSince(at) || Date.now() - at < GRACE_MS;
  }

  function fly<T>(key: string, recipe: Recipe<T>): Promise<T> {
    const known = flights.get(key);
    if (known) return known.done as Promise<T>;
    const flight = { done: Promise.resolve() as Promise<unknown>, tags: recipe.tags, dirty: false };
    flight.done = compute(key, recipe, flight).finally(() => {
      if (flights.get(key) === flight) flights.delete(key);
    });
    flights.set(key, flight);
    return flight.done as Promise<T>;
  }

  async function compute<T>(key: string, recipe: Recipe<T>, flight: { dirty: boolean }): Promise<T> {
    const { ttlS, staleS, tags, shared: shares = true } = recipe;
    // Taken before anything is read, so that changes during the computation count as later than the answer.
    const at = Date.now();
    const found: Found | null = shared && shares !== false ? await shared.read(key, tags) : null;
    const earlier = flight.dirty ? undefined : found?.value;
    const ageS = (at - (found?.at ?? 0)) / 1_000;
    if (earlier !== undefined && ageS < ttlS) {
      metrics?.hit('redis');
      memory.put(key, earlier, { at, madeAt: found?.at ?? at, ttlS, staleS, tags });
      return earlier as T;
    }
    metrics?.miss();
    let value: T;
    try {
      value = await recipe.load();
    } catch (error) {
      if (earlier === undefined || ageS >= ttlS + staleS) throw error;
      metrics?.error('load');
      metrics?.hit('stale');
      return earlier as T;
    }
    // Computed from data of before a change: held, it would replace newer answers.
    if (flight.dirty) return value;
    memory.put(key, value, { at, madeAt: at, ttlS, staleS, tags });
    const goes = typeof shares === 'function' ? shares(value) : shares;
    if (shared && found && goes) void shared.write(key, value, { at, forS: ttlS + staleS, tags, epochs: found.epochs });
    return value;
  }

  return {
    async get<T>(key: string, recipe: Recipe<T>): Promise<T> {
      const held = memory.get(key);
      const now = Date.now();
      if (held && held.endedAt === null && now < held.goodUntil && isTrusted(held)) {
        metrics?.hit('memory');
        return held.value as T;
      }
      const flight = fly(key, recipe);
      if (!held) return await flight;
      const graceMs = recipe.strict ? 0 : GRACE_MS;
      if ((held.endedAt === null || now - held.endedAt < graceMs) && isTrusted(held)) {
        flight.catch(() => metrics?.error('load'));
        metrics?.hit('stale');
        return held.value as T;
      }
      try {
        return await flight;
      } catch {
        metrics?.error('load');
        metrics?.hit('stale');
        return held.value as T;
      }
    },
    async invalidate(tags) {
      end(tags);
      await shared?.end(tags);
    },
    invalidated(tags, place) {
      end(tags);
      void shared?.mark(tags, place);
    },
    entered(epoch) {
      memory.endAll();
      for (const flight of flights.values()) flight.dirty = true;
      flights.clear();
      void shared?.enter(epoch);
    },
    close() {
      listening?.close();
      shared?.close();
    },
  };
}
