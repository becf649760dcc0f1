import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { Arithmetic } from './arithmetic/index.ts';

/** Beyond this many threads, their memory costs more than they gain. */
const MOST = 4;

export interface Threads extends Arithmetic {
  close(): Promise<void>;
}

/**
 * Arithmetic in a pool of threads, so that it never blocks the event loop: locks are renewed, quotes land and health is
 * answered while a thousand portfolios are measured. A thread starts with the first work for it, because workers that only
 * fetch are 20 MB smaller without. It then stays, because starting one takes longer than most of its work.
 *
 * @param threads 0: one per core, less one for the event loop; at least 1, at most 4
 */
export function createThreads(threads: number): Threads {
  const count = threads > 0 ? threads : Math.min(MOST, Math.max(1, availableParallelism() - 1));
  const pool = new Piscina({
    filename: new URL('./arithmetic/thread.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: count,
    idleTimeout: Infinity,
    recordTiming: false,
  });
  return {
    portfolios: (work) => pool.run(work, { name: 'portfolios' }),
    strategy: (work) => pool.run(work, { name: 'strategy' }),
    benchmarks: (work) => pool.run(work, { name: 'benchmarks' }),
    close: () => pool.destroy(),
  };
}
