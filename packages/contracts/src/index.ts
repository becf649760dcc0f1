export * from './refresh.ts';
export * from './refresh-record.ts';
export * from './refresh-view.ts';
export * from './vocabulary.ts';
