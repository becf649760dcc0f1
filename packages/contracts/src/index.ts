export * from './problems.ts';
export * from './provider-status.ts';
export * from './quote.ts';
export * from './refresh.ts';
export * from './refresh-record.ts';
export * from './refresh-view.ts';
export * from './valuation.ts';
export * from './vocabulary.ts';
