import { fileURLToPath } from 'node:url';

/**
 * What each process is started with. By the memory of a large machine V8 lets what is young take 128 MB in each thread before it
 * looks what of it is still needed; with 32 MB a worker with two threads is 170 MB smaller, and no slower.
 * And it gives each process four helpers for that look, which on a machine with fewer cores than that get into the way of the
 * other processes: with one, the slowest refreshes of a hundred took 11 ms less of 150 on two cores.
 * Nor does it look at what is old before that has become several times as much as was needed the last time: with a third more instead,
 * a worker that refreshes 30,000 symbols takes 250 MB instead of 360, and no longer. `NODE_OPTIONS` doesn't take that flag.
 */
export const NODE_FLAGS = ['--max-semi-space-size=16', '--v8-pool-size=1', '--heap-growing-percent=30'];

/**
 * And its variables: Node keeps what it has compiled from one start to the next, beside the packages that it is made of. A third of the
 * time in which a process starts is compiling.
 */
export const NODE_ENVIRONMENT = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../node_modules/.cache/freshet-compiled', import.meta.url)),
};
