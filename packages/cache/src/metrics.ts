import type { Metrics } from '@freshet/runtime';

export interface CacheMetrics {
  /** `stale`: an old answer, while a new one was computed or because that failed. */
  hit(tier: 'memory' | 'redis' | 'stale'): void;
  miss(): void;
  error(where: 'redis' | 'load'): void;
}

/** The cache's counters in Prometheus. */
export function cacheMetrics(metrics: Metrics): CacheMetrics {
  const hits = metrics.counter({ name: 'freshet_cache_hits_total', help: 'Answers from the cache.', labels: ['tier'] });
  const misses = metrics.counter({ name: 'freshet_cache_misses_total', help: 'Answers that had to be computed.' });
  const errors = metrics.counter({
    name: 'freshet_cache_errors_total',
    help: 'Failures of Redis and of loaders behind the cache.',
    labels: ['where'],
  });
  return {
    hit: (tier) => hits.inc({ tier }),
    miss: () => misses.inc(),
    error: (where) => errors.inc({ where }),
  };
}
