import { randomBytes } from 'node:crypto';
import { PRIORITIES } from '@freshet/contracts';
import type { Redis } from 'ioredis';
import { currentTrace } from '@freshet/runtime';
import { laneQueue } from './jobs.ts';
import { counts, keyBase } from './lua.ts';
import type { Queues } from './queues.ts';
import { jobSettings } from './settings.ts';
import { ofTrace } from './telemetry.ts';

/** More waiting jobs than this are useless, because each job claims the most urgent wants when its turn comes. */
export const LANE_CAP = 500;
/** After a count that found the lane less than half full, this process adds up to 50 jobs within 1 s without counting again. */
const UNCOUNTED = 50;
const COUNTED_MS = 1_000;

type Asked = {
  calls: number;
  rank: number;
  upTo: number;
  /** The trace of the first ring. */
  traceparent?: string;
  waiters: { resolve(added: number): void; reject(error: unknown): void }[];
};

/**
 * Adds empty call jobs to lanes. The rings of one lane are carried out one at a time, and rings that arrive meanwhile are merged, so that
 * one process never exceeds the cap. Several processes at once can exceed it by what they add between two counts.
 */
export function createLaneRings(queues: Queues) {
  const asked = new Map<string, Asked>();
  const busy = new Set<string>();
  const uncounted = new Map<string, { jobs: number; untilMs: number }>();

  async function add(provider: string, { calls, rank, upTo, traceparent }: Asked): Promise<number> {
    const name = laneQueue(provider);
    return await queues.with(name, async (queue, redis) => {
      const adding = Math.min(calls, await room(redis, name, calls, upTo));
      if (adding === 0) return 0;
      // Random ids, because BullMQ's own counter starts again after a wipe of Redis, while claims in Postgres still name the old ids.
      const jobs = Array.from({ length: adding }, () => ({
        name: 'call',
        data: {},
        opts: {
          ...jobSettings(name, rank),
          ...ofTrace(traceparent),
          jobId: `c${randomBytes(12).toString('base64url')}`,
        },
      }));
      await queue.addBulk(jobs);
      return adding;
    });
  }

  async function room(redis: Redis, name: string, calls: number, upTo: number): Promise<number> {
    const left = uncounted.get(name);
    if (left && upTo === LANE_CAP && calls <= left.jobs && performance.now() < left.untilMs) {
      left.jobs -= calls;
      return calls;
    }
    const [now] = await counts(redis, [keyBase(queues.prefix, name)]);
    const held = (now?.waiting ?? 0) + (now?.delayed ?? 0);
    if (held + calls < LANE_CAP / 2) uncounted.set(name, { jobs: UNCOUNTED, untilMs: performance.now() + COUNTED_MS });
    else uncounted.delete(name);
    return Math.max(0, upTo - held);
  }

  async function drain(provider: string): Promise<void> {
    busy.add(provider);
    for (let next = asked.get(provider); next; next = asked.get(provider)) {
      asked.delete(provider);
      try {
        const added = await add(provider, next);
        for (const { resolve } of next.waiters) resolve(added);
      } catch (error) {
        for (const { reject } of next.waiters) reject(error);
      }
    }
    busy.delete(provider);
  }

  return function ringLane(
    provider: string,
    calls: number,
    rank: number = PRIORITIES.medium,
    upTo: number = LANE_CAP,
  ): Promise<number> {
    if (calls <= 0) return Promise.resolve(0);
    return new Promise((resolve, reject) => {
      const waiting = asked.get(provider);
      if (waiting) {
        waiting.calls = Math.min(LANE_CAP, waiting.calls + calls);
        waiting.rank = Math.min(waiting.rank, rank);
        waiting.upTo = Math.max(waiting.upTo, upTo);
        waiting.waiters.push({ resolve, reject });
        return;
      }
      const { traceparent } = currentTrace();
      asked.set(provider, {
        calls: Math.min(LANE_CAP, calls),
        rank,
        upTo,
        traceparent,
        waiters: [{ resolve, reject }],
      });
      if (!busy.has(provider)) void drain(provider);
    });
  };
}
