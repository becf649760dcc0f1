import { arithmetic } from './index.ts';

/** The functions that the pool calls in a thread, by name. */
export const portfolios = arithmetic.portfolios;
export const strategy = arithmetic.strategy;
export const benchmarks = arithmetic.benchmarks;
