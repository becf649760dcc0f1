import type { JobsOptions, WorkerOptions } from 'bullmq';
import { type Policy, policyOf, type QueueName } from './jobs.ts';

/** A worker's death costs its work at most lock + check = 15 s; BullMQ's own 30 s + 30 s cost up to 59 s. */
export const LOCK_MS = 10_000;
export const STALLED_CHECK_MS = 5_000;
/** How long an idle worker blocks in one read; less than the connections' socket time-out of 15 s. */
export const DRAIN_DELAY_S = 5;
/** How late a parked worker notices that its lane was unparked. */
const PARK_LOOK_MS = 250;

/** An interval shortened by up to a fifth at random, so that many timers of the same interval don't fire together. */
export const ownPace = (ms: number): number => Math.round(ms * (0.8 + 0.2 * Math.random()));

/** What every worker is set to, with the reasons. */
export function workerSettings(queue: QueueName): Omit<WorkerOptions, 'connection'> {
  return {
    lockDuration: LOCK_MS,
    // Each queue has its own pace: if all queues of a process checked at once, they would hold up its running jobs.
    stalledInterval: ownPace(STALLED_CHECK_MS),
    // BullMQ gives a job up when it has stalled more often than this.
    maxStalledCount: policyOf(queue).deaths - 1,
    drainDelay: DRAIN_DELAY_S,
    // maxStartedAttempts is not set: on a lane each wait for quota counts as a start, so a job that waits long would fail.
    // This limit is never reached. It is set because parking holds for all workers of a queue only when the queue has a limiter.
    limiter: { max: 1_000_000_000, duration: 1_000 },
    maximumRateLimitDelay: PARK_LOOK_MS,
    // BullMQ waits 15 s after a lost connection; Redis must be used again sooner than 10 s after it is back.
    runRetryDelay: 1_000,
    // Without it the counts of completed and failed jobs stay 0. A week of minutes.
    metrics: { maxDataPoints: 60 * 24 * 7 },
    // Finished jobs are kept for inspection, about 1.2 kB each, so their number is bounded. BullMQ checks the age when another job ends.
    removeOnComplete: { age: 3_600, count: 1_000 },
    removeOnFail: { age: 7 * 86_400, count: 5_000 },
  };
}

/**
 * What every job is given. The priority is explicit, because a job without one runs before all others.
 * @param rank from PRIORITIES; lower first
 */
export function jobSettings(queue: QueueName, rank: number): JobsOptions {
  const policy: Policy = policyOf(queue);
  return {
    priority: rank,
    attempts: policy.attempts,
    // Half of each wait is random, so that jobs that failed together aren't retried together.
    backoff: { type: 'exponential', delay: policy.backoffMs, jitter: 0.5 },
    keepLogs: 50,
    // At least as many as attempts: a retry by hand is recognised by the stack traces left from the attempts before it.
    stackTraceLimit: policy.attempts,
    // Jobs carry ids; what is larger is a mistake.
    sizeLimit: 65_536,
  };
}
