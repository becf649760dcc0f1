export * from './provider.ts';
export * from './quota/ledger.ts';
