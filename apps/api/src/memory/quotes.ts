import type { Cache } from '@freshet/cache';
import { ttlS } from '@freshet/calendar';
import { latestQuotes, type Pool, type StoredQuote } from '@freshet/store';

/** Tag of every cached quote, for changes that name no symbols. */
export const ALL_QUOTES = 'quotes';
export const symbolTag = (symbol: string): string => `symbol:${symbol}`;

/** How old a price may be in an open session. Earlier changes are invalidated by events. */
const TTL_S = ttlS('quote');
/** While Postgres is away, the cached price is served for this long, with its age. */
const STALE_S = 3_600;

/** The latest stored quotes: from memory, else Redis, else the database. */
export interface Quotes {
  one(symbol: string): Promise<StoredQuote | null>;
  /** Quotes by symbol; symbols without a quote are absent. */
  of(symbols: readonly string[]): Promise<Map<string, StoredQuote>>;
}

type Kept = Omit<StoredQuote, 'quoteTime' | 'fetchedAt'> & { quoteTime: string; fetchedAt: string };

export function createQuotes(pool: Pool, cache: Cache, onAsked: (symbol: string) => void = () => {}): Quotes {
  const load = createLoader(pool);

  async function one(symbol: string): Promise<StoredQuote | null> {
    onAsked(symbol);
    const kept = await cache.get<Kept | null>(`quote:${symbol}`, {
      ttlS: TTL_S,
      staleS: STALE_S,
      // A caller that has just refreshed a price must read the new one.
      strict: true,
      tags: [symbolTag(symbol), ALL_QUOTES],
      // A missing quote stays out of Redis: a caller can ask for any words, 500 per request.
      shared: (quote) => quote !== null,
      load: () => load(symbol),
    });
    return kept && { ...kept, quoteTime: new Date(kept.quoteTime), fetchedAt: new Date(kept.fetchedAt) };
  }

  return {
    one,
    async of(symbols) {
      const found = await Promise.all(symbols.map(one));
      return new Map(found.flatMap((quote) => (quote ? [[quote.symbol, quote]] : [])));
    },
  };
}

/** Loads all cache misses of one turn of the event loop with one query. */
function createLoader(pool: Pool): (symbol: string) => Promise<Kept | null> {
  let waiting: Map<string, PromiseWithResolvers<Kept | null>> | null = null;

  async function loadAll(all: Map<string, PromiseWithResolvers<Kept | null>>): Promise<void> {
    try {
      const rows = await latestQuotes(pool, [...all.keys()]);
      for (const row of rows) {
        const kept = { ...row, quoteTime: row.quoteTime.toISOString(), fetchedAt: row.fetchedAt.toISOString() };
        all.get(row.symbol)?.resolve(kept);
      }
      for (const promised of all.values()) promised.resolve(null);
    } catch (error) {
      for (const promised of all.values()) promised.reject(error);
    }
  }

  return (symbol) => {
    if (!waiting) {
      const batch = (waiting = new Map<string, PromiseWithResolvers<Kept | null>>());
      setImmediate(() => {
        waiting = null;
        void loadAll(batch);
      });
    }
    let promised = waiting.get(symbol);
    if (!promised) waiting.set(symbol, (promised = Promise.withResolvers<Kept | null>()));
    return promised.promise;
  };
}
