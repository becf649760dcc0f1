import { ErrorCode } from 'bullmq';
import type { QueueName } from './jobs.ts';
import { dropNoJobs, keyBase } from './lua.ts';
import { isPoison } from './poison.ts';
import { type Queues, QueueUnavailable } from './queues.ts';

export interface FailedJob {
  /** Stable text for URLs: `<queue>~<job id>`. */
  id: string;
  queue: string;
  jobId: string;
  data: Record<string, unknown>;
  error: string;
  /** How often it ran, including runs that ended with the death of a worker. */
  attempts: number;
  failedAt: Date;
  logs: string[];
}

/** A position in the list. The job that defines it may have left the list since. */
export interface FailedPlace {
  queue: string;
  jobId: string;
  failedAt: Date;
}

type Entry = { queue: QueueName; jobId: string; at: number };

/** A failed job that is tried again. */
export interface Retried {
  /** The refresh that it belongs to, if to one. */
  refreshId: string | null;
  /** The delivery that it was to make, if one. */
  deliveryId: string | null;
}

/** Runs before a job leaves the failed set, so that the job is still there if the process dies in between. */
export type BeforeRetry = (job: Retried) => Promise<unknown>;

export interface RetryAll {
  before?: BeforeRetry;
  /** Only the failed jobs of this queue. */
  queue?: string;
}

const nothing: BeforeRetry = () => Promise.resolve();

/** Reads, retries and removes the failed jobs of all queues. */
export function createFailedJobs(queues: Queues) {
  const base = (queue: QueueName) => keyBase(queues.prefix, queue);

  /** One page: up to `limit` failed jobs that come after `after`, newest first. */
  async function failedJobs({ after, limit }: { after?: FailedPlace; limit: number }): Promise<FailedJob[]> {
    const last = after && { ...after, queue: after.queue as QueueName, at: after.failedAt.getTime() };
    return await queues.ask(async (redis) => {
      const names = queues.names();
      const pipeline = redis.pipeline();
      for (const name of names) {
        const key = `${base(name)}failed`;
        pipeline.zrevrangebyscore(key, last ? `(${last.at}` : '+inf', '-inf', 'WITHSCORES', 'LIMIT', 0, limit);
        // Many jobs can fail in one millisecond: those of the last page's last millisecond are read too, and sorted out by `order`.
        if (last) pipeline.zrangebyscore(key, String(last.at), String(last.at), 'WITHSCORES');
      }
      const answers = ((await pipeline.exec()) ?? []).map(([error, answer]) => {
        if (error) throw error;
        return answer as string[];
      });
      const perQueue = last ? 2 : 1;
      const entries = answers.flatMap((flat, index) => pairs(flat, names[Math.floor(index / perQueue)] as QueueName));
      const behind = entries.filter((entry) => !last || order(last, entry) < 0).sort(order);
      return await read(behind.slice(0, limit));
    });
  }

  async function read(entries: Entry[]): Promise<FailedJob[]> {
    return await queues.ask(async (redis) => {
      const pipeline = redis.pipeline();
      for (const { queue, jobId } of entries) {
        pipeline.hmget(`${base(queue)}${jobId}`, 'data', 'failedReason', 'atm', 'stc');
        pipeline.lrange(`${base(queue)}${jobId}:logs`, 0, -1);
      }
      const answers = (await pipeline.exec()) ?? [];
      return entries.map(({ queue, jobId, at }, index) => {
        const [data, error, ended, died] = (answers[2 * index]?.[1] ?? []) as (string | null)[];
        return {
          id: `${queue}~${jobId}`,
          queue,
          jobId,
          data: asObject(data),
          error: error ?? 'unknown',
          // BullMQ counts giving up a poison job as an attempt, though it didn't run.
          attempts: Number(ended ?? 0) + Number(died ?? 0) - (isPoison(error) ? 1 : 0),
          failedAt: new Date(at),
          logs: (answers[2 * index + 1]?.[1] ?? []) as string[],
        };
      });
    });
  }

  async function retryFailed(id: string, before: BeforeRetry = nothing): Promise<Retried | null> {
    const [queue, jobId] = split(id);
    const name = queues.names().find((known) => known === queue);
    if (!name || !jobId) return null;
    const job = await queues.with(name, async (bull, redis) => {
      await dropNoJobs(redis, base(name), [jobId]);
      const found = await bull.getJob(jobId);
      return found && (await found.isFailed()) ? found : null;
    });
    if (!job) return null;
    const { refreshId, deliveryId } = asObject(JSON.stringify(job.data));
    const retried = { refreshId: textOrNull(refreshId), deliveryId: textOrNull(deliveryId) };
    await before(retried);
    return await queues.with(name, async (_bull, redis) => {
      // BullMQ never resets this counter of deaths: without this, the next death would make the job poison at once.
      await redis.hdel(`${base(name)}${jobId}`, 'stc');
      try {
        await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
      } catch (error) {
        if (isGone(error)) return null;
        throw error;
      }
      return retried;
    });
  }

  /**
   * BullMQ's own bulk retry loses priorities and attempts, so jobs are retried one by one, 200 at a time. A job that can't be retried
   * stays in the failed set and doesn't hold up the others.
   * @throws the first error, when no job could be retried
   */
  async function retryAllFailed({ before, queue }: RetryAll = {}): Promise<Retried[]> {
    const retried: Retried[] = [];
    let failure: { reason: unknown } | undefined;
    for (const name of queues.names()) {
      if (queue !== undefined && name !== queue) continue;
      const ids = await queues.ask((redis) => redis.zrange(`${base(name)}failed`, '0', '-1'));
      for (let from = 0; from < ids.length; from += 200) {
        const outcomes = await Promise.allSettled(
          ids.slice(from, from + 200).map((jobId) => retryFailed(`${name}~${jobId}`, before)),
        );
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') failure ??= outcome;
          else if (outcome.value) retried.push(outcome.value);
          if (failure?.reason instanceof QueueUnavailable) throw failure.reason;
        }
      }
    }
    if (failure && retried.length === 0) throw failure.reason;
    return retried;
  }

  async function drainFailed(): Promise<number> {
    let removed = 0;
    for (const name of queues.names()) {
      const ids = await queues.ask((redis) => redis.zrange(`${base(name)}failed`, '0', '-1'));
      for (let from = 0; from < ids.length; from += 1_000) {
        removed += await queues.ask((redis) => dropNoJobs(redis, base(name), ids.slice(from, from + 1_000)));
      }
      for (let batch = 1_000; batch === 1_000; ) {
        batch = (await queues.with(name, (bull) => bull.clean(0, 1_000, 'failed'))).length;
        removed += batch;
      }
    }
    return removed;
  }

  return { failedJobs, retryFailed, retryAllFailed, drainFailed };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Another process has retried, removed or rung the job in the meantime. */
const isGone = (error: unknown): boolean =>
  [ErrorCode.JobNotInState, ErrorCode.JobNotExist].includes((error as { code?: number }).code ?? 0);

/** Newest first, then by queue, then by descending id, which is Redis's own order within one millisecond. */
function order(a: Entry, b: Entry): number {
  return b.at - a.at || compare(a.queue, b.queue) || compare(b.jobId, a.jobId);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function pairs(flat: string[], queue: QueueName): Entry[] {
  const entries: Entry[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    entries.push({ queue, jobId: flat[i] as string, at: Number(flat[i + 1]) });
  }
  return entries;
}

/** `fetch-yahoo~c12~3` is queue `fetch-yahoo` and job `c12~3`. */
function split(text: string): [string, string] {
  const at = text.indexOf('~');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** A job's content as an object. Anybody with access to Redis can write a job, so it may be anything. */
function asObject(data: string | null | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(data ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : { value };
  } catch {
    return {};
  }
}
