import { type Environment, readConfig, variables } from '@freshet/runtime';

/** For a process that ends itself by force at the end of its drain, and for the machine that is slow by then. */
const LATER_MS = 5_000;

/** How long after SIGTERM, in ms, a process with this environment is waited for before it is killed: somewhat more than it has by itself. */
export function drainPatienceMs(env: Environment): number {
  const { timeoutMs, delayMs } = readConfig(
    { timeoutMs: variables.DRAIN_TIMEOUT, delayMs: variables.DRAIN_DELAY },
    env,
  );
  return timeoutMs + delayMs + LATER_MS;
}
