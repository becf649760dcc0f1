import { Job, type MinimalQueue, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { mendJob } from './lua.ts';

/** What a job carries that couldn't be read: no queue takes it for one of its own, so that it is refused like any other stranger. */
export const UNREADABLE = { unreadable: true };

/** Not what Redis or the network says, but what BullMQ finds when it reads a job that others have written. */
export function isUnreadable(error: unknown): boolean {
  if (error instanceof SyntaxError || error instanceof TypeError) return true;
  return error instanceof Error && error.message.includes('WRONGTYPE');
}

/**
 * Makes jobs readable that somebody has taken and can't read: BullMQ would give them out again for ever, as nobody can refuse them.
 * Their locks expire, and whoever takes them next refuses them.
 * @returns their ids
 */
export async function mendTaken(queue: MinimalQueue, redis: Redis, base: string): Promise<string[]> {
  const mended: string[] = [];
  for (const id of await redis.lrange(`${base}active`, 0, -1)) {
    const fault = await Job.fromId(queue, id).then(
      () => null,
      (error: unknown) => error,
    );
    if (fault === null) continue;
    if (!isUnreadable(fault)) throw fault;
    if (await mendJob(redis, base, id, JSON.stringify(UNREADABLE))) mended.push(id);
  }
  return mended;
}

/** BullMQ's queue, where a job that can't be read doesn't hide all others: it is shown as what it is, and can be removed or tried. */
export class QueueWithStrangers extends Queue {
  override async getJob(id: string) {
    try {
      return await super.getJob(id);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return new Job(this, 'unreadable', UNREADABLE, {}, id);
    }
  }
}
