export * from './ids.ts';
export * from './migrate.ts';
export * from './partitions.ts';
export * from './pool.ts';
