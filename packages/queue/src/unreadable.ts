import { Job, type JobType, Queue, type Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '@freshet/runtime';
import { rewriteJob } from './lua.ts';

/** What a job carries instead that can't be read: no queue takes it for one of its own, so that it is refused like any other stranger. */
const UNREADABLE = { unreadable: true };

/** Whoever can write to Redis can write a job of which BullMQ can't read a word, or something that is no job in the place of one. */
function isUnreadable(error: unknown): boolean {
  if (error instanceof SyntaxError || error instanceof TypeError) return true;
  return error instanceof Error && error.message.includes('WRONGTYPE');
}

/**
 * Rewrites jobs that were taken and can't be read. BullMQ would give them out again for ever, because whoever takes one can't even refuse it.
 * So they lose their content, their lock expires, and the next who takes them refuses them.
 */
export function rewriteUnreadable(options: {
  worker: Worker;
  connection: Redis;
  base: string;
  queue: string;
  log?: Pick<Logger, 'warn'>;
}): void {
  const { worker, connection, base, queue, log } = options;
  let rewriting = false;
  let again = false;

  async function rewrite(): Promise<void> {
    const jobs: string[] = [];
    for (const id of await connection.lrange(`${base}active`, 0, -1)) {
      const fault: unknown = await Job.fromId(worker, id).then(
        () => null,
        (error: unknown) => error,
      );
      if (isUnreadable(fault) && (await rewriteJob(connection, base, id, queue, UNREADABLE))) jobs.push(id);
    }
    if (jobs.length > 0)
      log?.warn({ queue, jobs }, 'jobs that can’t be read lost what they carried, and will be refused');
  }

  async function rewriteAll(): Promise<void> {
    rewriting = true;
    while (again) {
      again = false;
      // Should Redis have gone: they are met again.
      await rewrite().catch(() => {});
    }
    rewriting = false;
  }

  worker.on('error', (error) => {
    if (!isUnreadable(error)) return;
    again = true;
    if (!rewriting) void rewriteAll();
  });
}

/** BullMQ's queue, in which a job that can't be read doesn't hide all others: it is shown as what it is, and can be removed or tried. */
export class TolerantQueue extends Queue {
  override async getJob(id: string): Promise<Job | undefined> {
    try {
      return await super.getJob(id);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return new Job(this, 'unreadable', UNREADABLE, {}, id);
    }
  }

  override async getJobs(types?: JobType | JobType[], start = 0, end = -1, asc = false): Promise<Job[]> {
    try {
      return await super.getJobs(types, start, end, asc);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      // One round trip for all has failed; each by itself, then.
      const ids = await this.getRanges(this['sanitizeJobTypes'](types), start, end, asc);
      const jobs = await Promise.all(ids.map((id) => this.getJob(id)));
      return jobs.filter((job) => job !== undefined);
    }
  }
}
