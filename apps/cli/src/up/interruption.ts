import { SAME_WISH_MS } from '../client/ctrl-c.ts';

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP. A second one, later, ends this process at once: the watchdogs then end
 * what it has started.
 */
export function onInterruption(say: (line: string) => void): AbortSignal {
  const controller = new AbortController();
  let firstAt = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) {
        if (performance.now() - firstAt > SAME_WISH_MS) process.exit(1);
        return;
      }
      firstAt = performance.now();
      say('\nStopping: what has begun is finished first (once more to end at once).');
      controller.abort(new Error('stopped'));
    });
  }
  return controller.signal;
}
