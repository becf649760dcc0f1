import { type Job, Worker } from 'bullmq';
import { policyOf, type QueueName } from './jobs.ts';
import { poisonAfter } from './poison.ts';

type MoreOfProcessJob = Parameters<Worker['processJob']> extends [Job, ...infer More] ? More : never;

/** BullMQ's worker, with what it lacks. */
export class QueueWorker extends Worker {
  /** A second `close()` only returns the promise of the first, and the lock of a job that hangs is renewed for ever. */
  async leave(): Promise<void> {
    await this.lockManager.close();
    await this.pause(true);
    // Not `disconnect()`, which would also cut the connection that the process's other workers share.
    await this.backend.disconnectBlocking(false);
  }

  /** Says of poison why it is given up; and finds it among the ticks of a schedule, which BullMQ lets kill without end. */
  override processJob(job: Job, ...more: MoreOfProcessJob) {
    const { deaths } = policyOf(this.name as QueueName);
    const isPoison = job.deferredFailure || (job.repeatJobKey && job.stalledCounter >= deaths);
    if (isPoison) job.deferredFailure = poisonAfter(job.stalledCounter);
    return super.processJob(job, ...more);
  }
}
