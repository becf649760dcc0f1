import { z } from 'zod';

/**
 * The catalogue of queues: what a job of each carries and how it is treated. Jobs carry ids, never data; what a job
 * carries is read as foreign input, for whoever can write to Redis can write a job.
 */
export const LANE_PREFIX = 'fetch-';
export type LaneQueue = `fetch-${string}`;

const id = z.string().min(1).max(100);

export interface JobData {
  refresh: { refreshId: string };
  follow: { refreshId: string };
  ticks: { schedule: string };
  deliver: { deliveryId: string };
  maintenance: { task: string };
}
/** What a lane's job carries: nothing. What there is to fetch stands in the wants. */
export type CallData = Record<never, never>;

export type FixedQueue = keyof JobData;
export type QueueName = FixedQueue | LaneQueue;
export type DataOf<Q extends QueueName> = Q extends FixedQueue ? JobData[Q] : CallData;

/** The queue of a provider's lane. */
export const laneQueue = (provider: string): LaneQueue => `${LANE_PREFIX}${provider}`;
/** The provider of a lane's queue, null for the other queues. */
export const providerOf = (queue: string): string | null =>
  queue.startsWith(LANE_PREFIX) ? queue.slice(LANE_PREFIX.length) : null;

/** How a queue treats a job that fails. */
export interface Policy {
  /** Runs before the job rests in the failed set; a stalled or parked run isn't one. */
  attempts: number;
  /** First wait in ms; doubles with every attempt, half of it random. */
  backoffMs: number;
  /** With so many deaths of a worker in the middle of it a job is poison, and rests in the failed set. */
  deaths: number;
}

const strict = { attempts: 3, backoffMs: 1_000, deaths: 3 };

export const FIXED_QUEUES: { [Q in FixedQueue]: { data: z.ZodType<JobData[Q]>; policy: Policy } } = {
  refresh: { data: z.strictObject({ refreshId: id }), policy: strict },
  follow: { data: z.strictObject({ refreshId: id }), policy: strict },
  // A tick is recorded before it does anything, so that running it twice is harmless.
  ticks: { data: z.strictObject({ schedule: id }), policy: strict },
  // The day's schedule of a delivery is kept by its row; the handler snoozes, so the queue itself never retries it long.
  deliver: { data: z.strictObject({ deliveryId: id }), policy: strict },
  maintenance: { data: z.strictObject({ task: id }), policy: strict },
};

// Poison on a lane is counted by claims (five), so the queue must not give the job up earlier.
export const LANE = { data: z.strictObject({}) as z.ZodType<CallData>, policy: { ...strict, deaths: 7 } };

/** Retries, once for all; the first ones soon, because most trouble passes, and spread, because it befalls many at once. */
export const policyOf = (queue: QueueName): Policy =>
  providerOf(queue) === null ? FIXED_QUEUES[queue as FixedQueue].policy : LANE.policy;

/** Reads what a job carries. @throws ZodError when it isn't what this queue's jobs carry */
export function readData<Q extends QueueName>(queue: Q, data: unknown): DataOf<Q> {
  const schema: z.ZodType = providerOf(queue) === null ? FIXED_QUEUES[queue as FixedQueue].data : LANE.data;
  return schema.parse(data) as DataOf<Q>;
}

/** `<refresh>-follow`, further shares with `-1`, `-2` …; work ahead of time says `ahead` instead of `follow`. */
export const followJobId = (refreshId: string, share = 0, ahead = false): string =>
  `${refreshId}-${ahead ? 'ahead' : 'follow'}${share === 0 ? '' : `-${share}`}`;
