export * from './calculations.ts';
export * from './market.ts';
export * from './operations.ts';
export * from './outbox.ts';
export * from './people.ts';
export * from './portfolios.ts';
export * from './refreshes.ts';
