import { LRUCache } from 'lru-cache';

/** An answer in memory. Times are ms since 1970. */
export interface Held {
  value: unknown;
  /** When this process got it: of changes since then it hears. */
  at: number;
  goodUntil: number;
  /** When a change ended it, null while none did. */
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
  /** What has one of the tags is over; it is kept as a last resort. */
  end(tags: readonly string[]): void;
  endAll(): void;
}

/** What an entry takes beside its value, about. */
const ENTRY_BYTES = 500;

/** The answers of one process, the least used leaving first, found by key and by tag. Bounded in bytes too: what is asked for may be long. */
export function createMemory(maxEntries: number, maxBytes: number): Memory {
  const keysOf = new Map<string, Set<string>>();
  const held = new LRUCache<string, Held>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: ({ value }) => ENTRY_BYTES + bytesOf(value),
    // Also when it is replaced: tags may have changed.
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
      // What alone is more than all may be isn't held.
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
  };
}

/** At the most: text of one byte a character takes half. Other values take about what they take as JSON. */
function bytesOf(value: unknown): number {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return 2 * text.length;
}
