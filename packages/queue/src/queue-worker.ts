import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { policyOf, type QueueName } from './jobs.ts';
import { poisonAfter } from './poison.ts';

type MoreOfProcessJob = Parameters<Worker['processJob']> extends [Job, ...infer More] ? More : never;

/** What BullMQ's types have no word for: there is no job. */
const NONE = undefined as unknown as Job;

/** BullMQ's worker, with what it lacks. */
export class QueueWorker extends Worker {
  /** Taken, and not begun yet. */
  #found: Job | undefined;
  /** The turn in which the last job was begun is over: it has sent its first question. */
  #underWay: Promise<void> | undefined;

  /** A second `close()` only returns the promise of the first, and the lock of a job that hangs is renewed for ever. */
  async leave(): Promise<void> {
    await this.lockManager.close();
    await this.pause(true);
    // Not `disconnect()`, which would also cut the connection that the process's other workers share.
    await this.backend.disconnectBlocking(false);
  }

  /**
   * The whole queue waits, on every worker; the job that says so must then throw a `RateLimitError`. BullMQ puts it back without
   * waking anybody, and workers that have gone to sleep by then would sleep for their 5 s: so whoever sleeps is told when
   * the parking is over, as it is of a delayed job.
   */
  async park(forMs: number): Promise<void> {
    await this.rateLimit(forMs);
    await (this.opts.connection as Redis).zadd(this.toKey('marker'), Date.now() + forMs, 'parked');
  }

  /** BullMQ reads the clock a second time to work this out: by then the parking may be over, and Node warns of a negative time. */
  protected override getRateLimitDelay(delayMs: number): number {
    return Math.max(1, super.getRateLimitDelay(delayMs));
  }

  /**
   * BullMQ goes on looking for jobs, a round trip each, before it begins with the first that it found. Here whatever is found is begun
   * first: of a small refresh that is 2 ms of 30. The next look waits until that one has sent its first question, which is another 2 of 20.
   */
  protected override async moveToActive(...of: Parameters<Worker['moveToActive']>): Promise<Job> {
    if (this.#found) return NONE;
    await this.#underWay;
    const job = await super.moveToActive(...of);
    this.#found = job;
    return job;
  }

  /** Says of poison why it is given up; and finds it among the ticks of a schedule, which BullMQ lets kill without end. */
  override processJob(job: Job, ...more: MoreOfProcessJob) {
    if (job === this.#found) this.#found = NONE;
    this.#underWay = nextTurn();
    const { deaths } = policyOf(this.name as QueueName);
    const isPoison = job.deferredFailure || (job.repeatJobKey && job.stalledCounter >= deaths);
    if (isPoison) job.deferredFailure = poisonAfter(job.stalledCounter);
    return super.processJob(job, ...more);
  }
}
