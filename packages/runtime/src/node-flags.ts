import { fileURLToPath } from 'node:url';

/**
 * What each process is started with. By the memory of a large machine V8 lets what is young take 128 MB in each thread before it
 * looks what of it is still needed, and what is old become several times as much as was needed the last time. With 16 MB, and half as much
 * again, a worker that refreshes 100,000 symbols takes 230 to 280 MB. It is the peaks that count: V8 keeps for itself what it has had once,
 * unless it is told to save memory, which makes a refresh of 1,000 portfolios an eighth to a quarter slower. `NODE_OPTIONS` doesn't take all of these.
 * And it gives each process four helpers for that look, which on a machine with fewer cores than that get into the way of the
 * other processes: with one, the slowest refreshes of a hundred took 11 ms less of 150 on two cores.
 */
export const NODE_FLAGS = ['--max-semi-space-size=8', '--v8-pool-size=1', '--heap-growing-percent=50'];

/**
 * And its variables. The C library gives each thread memory of its own to allocate from, and what one has freed no other takes: with one
 * for all, that worker takes some 20 MB less, and no longer.
 * Node keeps what it has compiled from one start to the next, beside the packages that it is made of. A third of the
 * time in which a process starts is compiling.
 */
export const NODE_ENVIRONMENT = {
  MALLOC_ARENA_MAX: '1',
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../node_modules/.cache/freshet-compiled', import.meta.url)),
};
