import { LRUCache } from 'lru-cache';

/** An answer in memory. Times are ms since 1970. */
export interface Held {
  value: unknown;
  /** When this process got it. The process hears of changes since then. */
  at: number;
  goodUntil: number;
  /** When a change invalidated it; null while none has. */
  endedAt: number | null;
  tags: readonly string[];
}

export interface Memory {
  get(key: string): Held | undefined;
  put(
    key: string,
    value: unknown,
    terms: { at: number; madeAt: number; ttlS: number; staleS: number; tags: readonly string[] },
  ): void;
  /** Invalidates answers with one of the tags. They are kept as a last resort. */
  end(tags: readonly string[]): void;
  endAll(): void;
  /** How many pairs of tag and key the index holds: those of the answers that are held, and no others. */
  readonly indexed: number;
}

/** The approximate size of an entry without its value. */
const ENTRY_BYTES = 500;

/** The answers of one process, found by key and by tag. The least used leave first; bounded in bytes too, because answers may be long. */
export function createMemory(maxEntries: number, maxBytes: number): Memory {
  const keysOf = new Map<string, Set<string>>();
  const held = new LRUCache<string, Held>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: ({ value }) => ENTRY_BYTES + bytesOf(value),
    // Called when an entry is evicted, expired or replaced: the index keeps no key that isn't held.
    dispose(entry, key) {
      for (const tag of entry.tags) {
        const keys = keysOf.get(tag);
        keys?.delete(key);
        if (keys?.size === 0) keysOf.delete(tag);
      }
    },
  });

  function endOf(key: string): void {
    const entry = held.peek(key, { allowStale: true });
    if (entry) entry.endedAt ??= Date.now();
  }

  return {
    get: (key) => held.get(key),
    put(key, value, { at, madeAt, ttlS, staleS, tags }) {
      const ttl = madeAt + (ttlS + staleS) * 1_000 - Date.now();
      if (ttl < 1) return;
      held.set(key, { value, at, goodUntil: madeAt + ttlS * 1_000, endedAt: null, tags }, { ttl });
      // An answer that alone exceeds the bound isn't held.
      if (!held.has(key)) return;
      for (const tag of tags) {
        const keys = keysOf.get(tag) ?? new Set();
        keysOf.set(tag, keys.add(key));
      }
    },
    end(tags) {
      for (const tag of tags) {
        for (const key of keysOf.get(tag) ?? []) endOf(key);
      }
    },
    endAll: () => [...held.keys()].forEach(endOf),
    get indexed() {
      return [...keysOf.values()].reduce((sum, keys) => sum + keys.size, 0);
    },
  };
}

/** An upper bound for text, which may take one or two bytes a character. Other values take about as much as their JSON. */
function bytesOf(value: unknown): number {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return 2 * text.length;
}
