export * from './provider.ts';
export * from './quota/ledger.ts';
export * from './registry.ts';
