import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for something that a process needs to start (its database, its Redis): tries every second until it works or `stop` is aborted.
 * Meanwhile the process lives, and its `/readyz` says why it isn't ready.
 * @throws the reason of `stop`, also while an attempt is under way: one at a server that is silent would take up to 20 s more
 */
export async function patiently<T>(
  what: string,
  attempt: () => Promise<T>,
  { stop, log }: { stop: AbortSignal; log: { warn(fields: object, text: string): void } },
): Promise<T> {
  for (;;) {
    try {
      const made = await unlessStopped(attempt(), stop);
      stop.throwIfAborted();
      return made as T;
    } catch (err) {
      // A wrong configuration doesn't get better by waiting, so the caller gets the error.
      if (stop.aborted || (err instanceof Error && err.name === 'ConfigError')) throw err;
      log.warn({ err, what }, `waiting for ${what}`);
      await sleep(1_000, undefined, { signal: stop });
    }
  }
}

/** Waits for `work`, but no longer than until `stop` is aborted. Undefined: the stop came first, and the work goes on unheard. */
export async function unlessStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T | undefined> {
  const { promise: stopped, resolve } = Promise.withResolvers<undefined>();
  const onStop = () => resolve(undefined);
  stop.addEventListener('abort', onStop);
  if (stop.aborted) onStop();
  try {
    return await Promise.race([work, stopped]);
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}
