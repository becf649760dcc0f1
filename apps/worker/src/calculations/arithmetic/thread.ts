import { arithmetic } from './index.ts';

/** The thread's side of the pool: each call is one piece of arithmetic by its name. */
export const portfolios = arithmetic.portfolios;
export const strategy = arithmetic.strategy;
export const benchmarks = arithmetic.benchmarks;
