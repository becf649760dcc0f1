export * from './check-quote.ts';
