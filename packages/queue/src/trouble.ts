import type { Worker } from 'bullmq';
import { type Logger, troubleOf } from '@freshet/runtime';

/** Redis answers, but can't take writes now. */
const CANT_WRITE = /^(OOM|MISCONF|READONLY|NOREPLICAS)|OOM command not allowed/;
const REST_MS = 5_000;

/**
 * Listens to a worker's errors, because one that nobody listens to ends the process, and keeps them bounded: one line for all queues of
 * the process that miss Redis, one for each that fails otherwise; and a rest when Redis can't be written to. Without the rest a worker on a full Redis asked
 * 16,000 times a second.
 * @returns stops it
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
