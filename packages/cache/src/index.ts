export { type Cache, type CacheOptions, createCache, type Recipe } from './cache.ts';
export { cacheMetrics, type CacheMetrics } from './metrics.ts';
export { type Invalidation, tagsOf } from './tags.ts';
