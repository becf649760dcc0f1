import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { PRIORITIES } from '@freshet/contracts';
import { tellCancelled } from './cancels.ts';
import {
  type BeforeRetry,
  createFailedJobs,
  type FailedJob,
  type FailedPlace,
  type Retried,
  type RetryAll,
} from './failed-jobs.ts';
import { type DataOf, followJobId, laneQueue, type QueueName } from './jobs.ts';
import { createLaneRings } from './lane-rings.ts';
import { FINISHED, forget, keyBase, missing, PUT_OFF, raise, type Sets } from './lua.ts';
import { type MayBePoison, poisoned } from './poison.ts';
import { openQueues, type Queues } from './queues.ts';
import { createRingNext } from './ring-next.ts';
import { jobSettings } from './settings.ts';
import { type LaneCounts, laneCounts, type QueueStats, queueStats } from './stats.ts';
import { ofTrace } from './telemetry.ts';

export interface ProducerOptions {
  /** A fail-fast client: `redisProducer` of @freshet/runtime. */
  connection: Redis;
  /** Same for every process of one installation, for example `{freshet}`. */
  prefix: string;
  /** The providers that have a lane, for statistics, the failed list and the board. Lanes rung later join. */
  lanes?: readonly string[];
}

/** How follow-ups are rung. */
export interface FollowRing {
  shares?: number;
  ahead?: boolean;
  traceparent?: string | null;
}

/** How a refresh is rung. */
export interface RefreshRing {
  id: string;
  /** From PRIORITIES: lower is more urgent. */
  rank: number;
  /** The refresh's own trace: refreshes of several traces may be rung together. */
  traceparent?: string | null;
}

/**
 * Rings the queues. Every method rejects with `QueueUnavailable` within 2 s when Redis is away; nothing is lost by that,
 * because the record is in Postgres and the sweeper rings again. A ring that failed may have been heard all the same, which
 * is why job ids follow from what they are about.
 */
export interface Producer {
  /** One round trip for all; a job that waits or runs is left alone, a finished one of the same id is replaced. */
  ringRefreshes(refreshes: readonly RefreshRing[]): Promise<void>;
  /** The same for refreshes that waited for another one to end. Repeated while their own job is running, as that job may not have seen the end. */
  ringNext(refreshes: readonly RefreshRing[]): Promise<void>;
  /**
   * Adds `shares` jobs (default 1). `ahead` is for calculations that may begin before the quotes are there; such jobs have ids of their
   * own, so that they don't suppress the ring that follows the quotes.
   */
  ringFollow(refreshId: string, rank: number, how?: FollowRing): Promise<void>;
  /** Adds up to `calls` empty jobs, as far as the lane's cap (or `upTo`) allows. Concurrent rings are merged. @returns how many jobs the merged rings added */
  ringLane(provider: string, calls: number, rank?: number, upTo?: number): Promise<number>;
  /** Ends a lane's parking early, when a want of a higher class arrives whose share of the quota isn't spent. Workers look again within 250 ms. */
  unparkLane(provider: string): Promise<void>;
  /** With `delayMs`, in that time; a delivery that waits already keeps its time. Without it, at once, also for deliveries that were put off. */
  ringDeliveries(deliveryIds: readonly string[], delayMs?: number): Promise<void>;
  ringMaintenance(task: string): Promise<void>;
  /** Raises a waiting refresh (its plan, and the first share of its follow-up) to `rank`; never lowers. */
  raisePriority(refreshId: string, rank: number): Promise<void>;
  /** Those of these refreshes that have no waiting or running job; one round trip. */
  missingRefreshes(refreshIds: readonly string[]): Promise<string[]>;
  /** The same for follow-ups, judged by their first share, which runs until nothing is left to calculate. */
  missingFollows(refreshIds: readonly string[]): Promise<string[]>;
  /** The same for the call jobs of a lane, by job id. The claims of a missing call may be freed. */
  missingCalls(provider: string, jobIds: readonly string[]): Promise<string[]>;
  /** The same for deliveries that are due. A delivery whose job is put off counts as missing, because it is due now. */
  missingDeliveries(deliveryIds: readonly string[]): Promise<string[]>;
  /** Those of these ids whose job was given up as poison, with the reason. Follow-ups are named by their refresh's id. */
  poisoned(queue: MayBePoison, ids: readonly string[]): Promise<Map<string, string>>;
  /**
   * Removes the waiting jobs of this refresh (its plan, and the first share of its follow-up; other shares find the refresh ended), and
   * aborts its running jobs in every process.
   */
  cancelRefresh(refreshId: string): Promise<void>;
  /** Adds providers that have a lane to statistics, the failed list and the board. For processes that learn of them after their start. */
  knowLanes(providers: readonly string[]): void;
  laneCounts(): Promise<Record<string, LaneCounts>>;
  queueStats(): Promise<QueueStats[]>;
  /** Newest first over all queues. */
  failedJobs(page: { after?: FailedPlace; limit: number }): Promise<FailedJob[]>;
  /** Null: there is no such failed job. Attempts start again from zero, the priority stays. */
  retryFailed(id: string, before?: BeforeRetry): Promise<Retried | null>;
  retryAllFailed(how?: RetryAll): Promise<Retried[]>;
  /** Removes every failed job; answers how many. */
  drainFailed(): Promise<number>;
  /** Closes the queues, but not the connection, which belongs to the caller. */
  close(): Promise<void>;
}

export function createProducer({ connection, prefix, lanes = [] }: ProducerOptions): Producer {
  const queues = openQueues(connection, prefix, lanes);

  type NewJob<Q extends QueueName> = {
    jobId: string;
    data: DataOf<Q>;
    rank: number;
    delayMs?: number;
    traceparent?: string | null;
  };
  async function ring<Q extends QueueName>(name: Q, jobs: readonly NewJob<Q>[], over: Sets = FINISHED): Promise<void> {
    if (jobs.length === 0) return;
    await queues.with(name, async (queue: Queue, redis) => {
      const base = keyBase(prefix, name);
      const added = jobs.map(({ jobId, data, rank, delayMs, traceparent }) => ({
        name,
        data,
        opts: { ...jobSettings(name, rank), jobId, ...(delayMs ? { delay: delayMs } : {}), ...ofTrace(traceparent) },
      }));
      // Both are sent at once, in this order. While a finished job of the same id exists, BullMQ would add nothing.
      await queue.waitUntilReady();
      await Promise.all([
        forget(
          redis,
          base,
          over,
          jobs.map(({ jobId }) => jobId),
        ),
        queue.addBulk(added),
      ]);
    });
  }

  async function missingOf(
    name: QueueName,
    ids: readonly string[],
    { jobIdOf = (id: string) => id, in: sets = FINISHED as Sets } = {},
  ): Promise<string[]> {
    if (ids.length === 0) return [];
    const gone = await queues.ask((redis) =>
      missing(
        redis,
        keyBase(prefix, name),
        sets,
        ids.map((id) => jobIdOf(id)),
      ),
    );
    const lost = new Set(gone);
    return ids.filter((id) => lost.has(jobIdOf(id)));
  }

  const ringRefreshes = (refreshes: readonly RefreshRing[]) =>
    ring(
      'refresh',
      refreshes.map(({ id, rank, traceparent }) => ({ jobId: id, data: { refreshId: id }, rank, traceparent })),
    );
  const nexts = createRingNext(queues, ringRefreshes);

  const producer: Producer = {
    ringRefreshes,
    ringNext: nexts.ringNext,
    ringFollow: (refreshId, rank, { shares = 1, ahead = false, traceparent } = {}) =>
      ring(
        'follow',
        Array.from({ length: shares }, (_, share) => ({
          jobId: followJobId(refreshId, share, ahead),
          data: { refreshId },
          rank,
          traceparent,
        })),
      ),
    ringLane: createLaneRings(queues),
    unparkLane: (provider) =>
      queues.ask(async (redis) => {
        const base = keyBase(prefix, laneQueue(provider));
        await redis.del(`${base}limiter`);
        // Wakes one sleeping worker; a worker that takes a job wakes the next.
        await redis.zadd(`${base}marker`, 0, '0');
      }),
    ringDeliveries: (ids, delayMs) =>
      ring(
        'deliver',
        ids.map((deliveryId) => ({ jobId: deliveryId, data: { deliveryId }, rank: PRIORITIES.high, delayMs })),
        delayMs ? FINISHED : PUT_OFF,
      ),
    ringMaintenance: (task) => ring('maintenance', [{ jobId: `task-${task}`, data: { task }, rank: PRIORITIES.low }]),
    raisePriority: (refreshId, rank) =>
      queues.ask(async (redis) => {
        await Promise.all([
          raise(redis, keyBase(prefix, 'refresh'), refreshId, rank),
          raise(redis, keyBase(prefix, 'follow'), followJobId(refreshId), rank),
        ]);
      }),
    missingRefreshes: (ids) => missingOf('refresh', ids),
    missingFollows: (ids) => missingOf('follow', ids, { jobIdOf: followJobId }),
    missingCalls: (provider, ids) => missingOf(laneQueue(provider), ids),
    missingDeliveries: (ids) => missingOf('deliver', ids, { in: PUT_OFF }),
    poisoned: (queue, ids) => poisoned(queues, queue, ids),
    async cancelRefresh(refreshId) {
      await queues.with('refresh', (queue) => queue.remove(refreshId));
      await queues.with('follow', (queue) => queue.remove(followJobId(refreshId)));
      await queues.ask((redis) => tellCancelled(redis, prefix, refreshId));
    },
    knowLanes: queues.know,
    laneCounts: () => laneCounts(queues),
    queueStats: () => queueStats(queues),
    ...createFailedJobs(queues),
    close() {
      nexts.stop();
      return queues.close();
    },
  };
  inside.set(producer, queues);
  return producer;
}

/** Gives the other files of this package a producer's queues without exposing BullMQ's types to other packages. */
const inside = new WeakMap<Producer, Queues>();
export function queuesOf(producer: Producer): Queues {
  return inside.get(producer) as Queues;
}
