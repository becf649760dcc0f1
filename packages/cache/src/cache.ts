import type { Redis } from 'ioredis';

export interface CacheOptions {
  /** Fail-fast client; null: memory and loader only. */
  redis: Redis | null;
  /** In subscriber mode; may be shared. */
  subscriber: Redis | null;
  prefix: string;
  /** Entries held in memory. */
  maxEntries?: number;
  metrics?: CacheMetrics;
}

export interface CacheMetrics {
  hit(tier: 'memory' | 'redis' | 'stale'): void;
  miss(): void;
  error(where: 'redis' | 'load'): void;
}

export interface Recipe<T> {
  /** An answer this young is good. */
  ttlS: number;
  /** For so long beyond it the old answer is served while a new one is computed, or when computing fails. */
  staleS: number;
  /** T must survive JSON. */
  load(): Promise<T>;
  /** What a change names to end this answer, for example `portfolio:pf_1`, `symbol:AAPL`. */
  tags: readonly string[];
}

export interface Cache {
  get<T>(key: string, recipe: Recipe<T>): Promise<T>;
  /** Ends every answer with one of the tags, on every process. Never rejects. */
  invalidate(tags: readonly string[]): Promise<void>;
  /** The same by an event of the log, in this process: heals what pub/sub lost. */
  invalidated(tags: readonly string[], eventNumber: number): void;
  close(): void;
}

export declare function createCache(options: CacheOptions): Cache;

/** What a `cache_invalidation` event names. */
export interface Invalidation {
  type: string;
  user_id: string | null;
  portfolio_id: string | null;
  operation: string;
}
export declare function tagsOf(change: Invalidation): string[];
