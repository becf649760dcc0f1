import type { Worker } from 'bullmq';
import { type Logger, troubleOf } from '@freshet/runtime';

/** Redis answers, but can't take writes at the moment. */
const CANT_WRITE = /^(OOM|MISCONF|READONLY|NOREPLICAS)|OOM command not allowed/;
const REST_MS = 5_000;

/**
 * Listens to a worker's errors, because an `error` event without a listener ends the process. Log lines are bounded: one for all queues
 * of the process while Redis is away, and one per queue for any other error. When Redis can't be written to, the worker pauses for 5 s:
 * without that, a worker on a full Redis asked 16,000 times a second.
 * @returns a function that cancels the end of a pause
 */
export function easeTrouble(worker: Worker, queue: string, log?: Pick<Logger, 'warn'>): () => void {
  let resting: NodeJS.Timeout | undefined;

  worker.on('error', (trouble) => {
    if (log) troubleOf(log).met(trouble, 'a queue worker met an error', { queue });
    if (CANT_WRITE.test(trouble.message) && !resting && !worker.closing) {
      worker.pause(true).catch(() => {});
      resting = setTimeout(() => {
        resting = undefined;
        worker.resume().catch(() => {});
      }, REST_MS);
      resting.unref();
    }
  });
  return () => clearTimeout(resting);
}
