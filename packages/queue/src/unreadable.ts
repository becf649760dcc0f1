import { Job, type JobType, Queue, type Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '@freshet/runtime';
import { rewriteJob } from './lua.ts';

/** The replacement for unreadable content. It is valid for no queue, so the job is refused like any other with foreign content. */
const UNREADABLE = { unreadable: true };

/** Anybody with access to Redis can write a job that BullMQ can't parse, or a key of another type in the place of a job. */
function isUnreadable(error: unknown): boolean {
  if (error instanceof SyntaxError || error instanceof TypeError) return true;
  return error instanceof Error && error.message.includes('WRONGTYPE');
}

/**
 * Replaces the content of active jobs that can't be read. BullMQ would hand them out for ever, because a worker can't even refuse a job
 * that it can't parse. After the rewrite the job's lock expires, and the next worker that takes the job refuses it.
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
    if (jobs.length > 0) log?.warn({ queue, jobs }, 'unreadable jobs lost their content and will be refused');
  }

  async function rewriteAll(): Promise<void> {
    rewriting = true;
    while (again) {
      again = false;
      // If Redis is away, the same jobs cause the same error later.
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

/** BullMQ's queue, in which one unreadable job doesn't hide all others. It is shown as unreadable, and can be removed or retried. */
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
      // Reading all jobs in one round trip failed, so each is read by itself.
      const ids = await this.getRanges(this['sanitizeJobTypes'](types), start, end, asc);
      const jobs = await Promise.all(ids.map((id) => this.getJob(id)));
      return jobs.filter((job) => job !== undefined);
    }
  }
}
