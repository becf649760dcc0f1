export * from './consume.ts';
export * from './jobs.ts';
export * from './outcome.ts';
export * from './producer.ts';
export * from './schedulers.ts';
