import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for something that a process needs to start (its database, its Redis): tries every second until it works or `stop` is aborted.
 * Meanwhile the process lives, and its `/readyz` says why it isn't ready.
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
      // A wrong configuration doesn't get better by waiting, so the caller gets the error.
      if (stop.aborted || (err instanceof Error && err.name === 'ConfigError')) throw err;
      log.warn({ err, what }, `waiting for ${what}`);
      await sleep(1_000, undefined, { signal: stop });
    }
  }
}
