import { fileURLToPath } from 'node:url';

/**
 * Flags for each process. On a machine with much memory V8 lets the young generation of each thread grow to 128 MB before it collects,
 * and lets the old generation grow to several times its last size. With a young generation of 16 MB, and growth by half, a worker that
 * refreshes 100,000 symbols takes 230 to 280 MB. Peaks count, because V8 keeps memory that it has had once. Its mode that saves memory
 * would give it back, but makes a refresh of 1,000 portfolios an eighth to a quarter slower.
 * V8 also starts four threads for garbage collection in each process. With fewer cores than that they disturb the other processes: with one
 * thread, the slowest refreshes of a hundred took 11 ms less of 150 on two cores. `NODE_OPTIONS` doesn't accept all of these flags.
 * The file that is required makes each start faster; it says why.
 */
export const NODE_FLAGS = [
  '--max-semi-space-size=8',
  '--v8-pool-size=1',
  '--heap-growing-percent=50',
  `--require=${fileURLToPath(new URL('lean-http.cjs', import.meta.url))}`,
];

/**
 * Environment variables for each process. The C library gives each thread an arena of its own, and memory that one thread freed isn't used
 * by another. With one arena for all threads, that worker takes some 20 MB less and is no slower.
 * Node's compile cache lies beside the installed packages. Compiling is a third of the time that a process takes to start.
 */
export const NODE_ENVIRONMENT = {
  MALLOC_ARENA_MAX: '1',
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../node_modules/.cache/freshet-compiled', import.meta.url)),
};
