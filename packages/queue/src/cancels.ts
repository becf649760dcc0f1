import type { Redis } from 'ioredis';
import { followJobId, type QueueName } from './jobs.ts';

/** The channel on which running jobs hear that their refresh was cancelled: BullMQ cancels within one process only. */
const channelOf = (prefix: string): string => `${prefix}:cancel`;

/** Tells whichever worker runs a job of this refresh. */
export async function tellCancelled(redis: Redis, prefix: string, refreshId: string): Promise<void> {
  await redis.publish(channelOf(prefix), refreshId);
}

/** Calls `cancel` with the job ids of cancelled refreshes. Answers how to stop; null for queues whose jobs are no refresh's. */
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
