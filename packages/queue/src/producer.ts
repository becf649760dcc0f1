import type { Redis } from 'ioredis';

export interface ProducerOptions {
  /** A fail-fast client: `enableOfflineQueue: false`, `maxRetriesPerRequest: 1`, `commandTimeout` about 1.5 s. */
  connection: Redis;
  /** Same for every process of one installation, for example `{freshet}`. */
  prefix: string;
  /** The providers that have a lane, for statistics, the failed list and the board. Lanes rung later join. */
  lanes?: readonly string[];
  log?: Log;
}

/** What a pino logger satisfies. */
export interface Log {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

export interface Ring {
  id: string;
  /** From PRIORITIES: lower is more urgent. */
  rank: number;
}

export interface LaneCounts {
  waiting: number;
  active: number;
  delayed: number;
  /** For so many ms more every worker of the lane waits. */
  parkedMs: number;
}

export interface QueueStats extends LaneCounts {
  queue: string;
  /** waiting + delayed. */
  pending: number;
  /** Since the queue's counters began. */
  completed: number;
  /** Resting in the failed set now. */
  failed: number;
  /** Age of the job that has waited longest, null when none waits. */
  oldestWaitMs: number | null;
}

export interface FailedJob {
  /** Stable text for URLs: `<queue>~<job id>`. */
  id: string;
  queue: string;
  jobId: string;
  data: Record<string, unknown>;
  error: string;
  attempts: number;
  failedAt: Date;
  logs: string[];
}

/**
 * Rings the queues. Every method rejects with `QueueUnavailable` within 2 s when Redis is away; nothing is lost by that,
 * because the record is in Postgres and the sweeper rings again.
 */
export interface Producer {
  /** One round trip for all; a job that waits or runs is left alone, a finished one of the same id is replaced. */
  ringRefreshes(refreshes: readonly Ring[]): Promise<void>;
  ringFollow(refreshId: string, rank: number): Promise<void>;
  /** Adds up to `calls` empty jobs; the lane's waiting list never grows beyond its cap. Answers how many were added. */
  ringLane(provider: string, calls: number, rank?: number): Promise<number>;
  /** Ends a lane's parking early (a higher class came whose share isn't spent): workers look again within 250 ms. */
  unparkLane(provider: string): Promise<void>;
  ringDeliveries(deliveryIds: readonly string[], delayMs?: number): Promise<void>;
  ringMaintenance(task: string): Promise<void>;
  /** Raises a waiting refresh (plan and follow-up) to `rank`; never lowers. */
  raisePriority(refreshId: string, rank: number): Promise<void>;
  /** Of these refresh ids those without a job that waits or runs; one round trip per thousand. */
  missingRefreshes(refreshIds: readonly string[]): Promise<string[]>;
  /** The same for follow-ups. */
  missingFollows(refreshIds: readonly string[]): Promise<string[]>;
  /** The same for the call jobs of a lane, by job id: claims of a missing call are free to take. */
  missingCalls(provider: string, jobIds: readonly string[]): Promise<string[]>;
  missingDeliveries(deliveryIds: readonly string[]): Promise<string[]>;
  /** Removes what waits for this refresh and tells its running jobs, wherever they run, by their signal. */
  cancelRefresh(refreshId: string): Promise<void>;
  laneCounts(): Promise<Record<string, LaneCounts>>;
  queueStats(): Promise<QueueStats[]>;
  /** Newest first over all queues. */
  failedJobs(page: { cursor?: string; limit: number }): Promise<{ data: FailedJob[]; nextCursor: string | null }>;
  /** False when there is no such failed job. Attempts start again from zero, the priority stays. */
  retryFailed(id: string): Promise<boolean>;
  retryAllFailed(): Promise<number>;
  /** Removes every failed job; answers how many. */
  drainFailed(): Promise<number>;
  close(): Promise<void>;
}

export class QueueUnavailable extends Error {
  override name = 'QueueUnavailable';
}

export declare function createProducer(options: ProducerOptions): Producer;
