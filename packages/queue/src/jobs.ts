import { z } from 'zod';

/**
 * The catalogue of queues: what their jobs carry and how they are retried. Jobs carry ids, never data. Their content is validated as
 * foreign input, because anybody with access to Redis can write a job.
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
/** A lane's job carries nothing. The wants say what has to be fetched. */
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
  /** After so many deaths of a worker that ran it, a job is poison and goes to the failed set. */
  deaths: number;
}

const strict = { attempts: 3, backoffMs: 1_000, deaths: 3 };

export const FIXED_QUEUES: { [Q in FixedQueue]: { data: z.ZodType<JobData[Q]>; policy: Policy } } = {
  refresh: { data: z.strictObject({ refreshId: id }), policy: strict },
  follow: { data: z.strictObject({ refreshId: id }), policy: strict },
  // A tick is recorded before it does anything, so that running it twice is harmless.
  ticks: { data: z.strictObject({ schedule: id }), policy: strict },
  // A delivery's row keeps its retry schedule of a day, and its handler snoozes the job, so the queue's own attempts are few.
  deliver: { data: z.strictObject({ deliveryId: id }), policy: strict },
  maintenance: { data: z.strictObject({ task: id }), policy: strict },
};

// On a lane poison is counted by claims (five), so the queue must not give up a job earlier than that.
export const LANE = { data: z.strictObject({}) as z.ZodType<CallData>, policy: { ...strict, deaths: 7 } };

/** A queue's policy. First retries come soon, because most trouble passes, and at random times, because it mostly affects many jobs at once. */
export const policyOf = (queue: QueueName): Policy =>
  providerOf(queue) === null ? FIXED_QUEUES[queue as FixedQueue].policy : LANE.policy;

/** Validates the content of a job. @throws ZodError when it isn't what jobs of this queue carry */
export function readData<Q extends QueueName>(queue: Q, data: unknown): DataOf<Q> {
  const schema: z.ZodType = providerOf(queue) === null ? FIXED_QUEUES[queue as FixedQueue].data : LANE.data;
  return schema.parse(data) as DataOf<Q>;
}

/** `<refresh>-follow`, further shares with `-1`, `-2` …; work ahead of time says `ahead` instead of `follow`. */
export const followJobId = (refreshId: string, share = 0, ahead = false): string =>
  `${refreshId}-${ahead ? 'ahead' : 'follow'}${share === 0 ? '' : `-${share}`}`;
