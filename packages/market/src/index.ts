export * from './checks/index.ts';
export * from './adjustment.ts';
export * from './bar.ts';
export * from './converted.ts';
export * from './decimal.ts';
export * from './quote.ts';
export * from './symbol.ts';
export * from './universe.ts';
