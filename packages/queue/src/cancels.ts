import type { Redis } from 'ioredis';
import { followJobId, type QueueName } from './jobs.ts';

/** The channel that announces cancelled refreshes to all processes. BullMQ itself cancels within one process only. */
const channelOf = (prefix: string): string => `${prefix}:cancel`;

/** Announces the cancel of a refresh; the worker that runs a job of it aborts that job. */
export async function tellCancelled(redis: Redis, prefix: string, refreshId: string): Promise<void> {
  await redis.publish(channelOf(prefix), refreshId);
}

/** Calls `cancel` with the job id of each cancelled refresh. @returns a function that stops it; null for queues whose jobs belong to no refresh */
export function hearCancels(
  queue: QueueName,
  subscriber: Redis,
  prefix: string,
  cancel: (jobId: string) => void,
): (() => void) | null {
  if (queue !== 'refresh' && queue !== 'follow') return null;
  const onMessage = (channel: string, refreshId: string) => {
    if (channel === channelOf(prefix)) cancel(queue === 'follow' ? followJobId(refreshId) : refreshId);
  };
  subscriber.on('message', onMessage);
  subscriber.subscribe(channelOf(prefix)).catch(() => {});
  return () => void subscriber.off('message', onMessage);
}
