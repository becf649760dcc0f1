import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for something that a process can't do without (its database, its Redis): tried again every second until it
 * works or `stop` says that nobody waits any more. The process lives meanwhile, and its `/readyz` says why it isn't ready.
 */
export async function patiently<T>(
  what: string,
  attempt: () => Promise<T>,
  { stop, log }: { stop: AbortSignal; log: { warn(fields: object, text: string): void } },
): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (err) {
      // What is wrong for good (configuration) is for whoever called.
      if (stop.aborted || (err instanceof Error && err.name === 'ConfigError')) throw err;
      log.warn({ err, what }, `waiting for ${what}`);
      await sleep(1_000, undefined, { signal: stop });
    }
  }
}
