import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { Arithmetic } from './arithmetic/index.ts';

/** More threads than this and the memory of all of them outweighs what they do. */
const MOST = 4;

export interface Threads extends Arithmetic {
  close(): Promise<void>;
}

/**
 * Arithmetic in a pool of threads, so that the event loop is never held up by it: locks are renewed, quotes land and
 * health is answered while a thousand portfolios are measured. A thread is started when there is first something for it, and then stays:
 * starting one takes longer than most of what it will do, and workers that only fetch are 20 MB smaller without. `threads` 0: as many as
 * there are cores, less one for the event loop; at least 1, at most 4.
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
