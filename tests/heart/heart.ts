import { PRIORITIES } from '@freshet/contracts';
import type { RefreshBody, RefreshKind, Role } from '@freshet/contracts';
import {
  call,
  done,
  follow,
  headStart,
  type Job,
  openingOf,
  plan,
  requestOf,
  type StepOutcome,
  type World,
} from '@freshet/refresh';
import { acceptUnlimited, cancelRefresh, newId, type Pool } from '@freshet/store';
import { assertMessagesDescribed, withDatabase } from '@freshet/testing';
import { createRecord } from '../../apps/worker/src/record.ts';
import type { Called } from './answers.ts';
import { type ProviderScript, scriptProviders } from './scripted-providers.ts';

export { all, type Called, refuses, type Said } from './answers.ts';
export type { ProviderScript } from './scripted-providers.ts';
export { itemsOf, recordOf, sessionsTold } from './stored.ts';

interface HeartJob {
  id: string;
  queue: string;
  about: string;
  attempt: number;
}

/** The heart over the real store, with providers that answer as told, and queues that a story works step by step. */
export interface Heart {
  pool: Pool;
  world: World;
  /** Every call that went out, in its order. */
  calls: Called[];
  /** Jobs that rest after their last attempt, with what they logged. */
  failed: (HeartJob & { log: string[] })[];
  /** Lanes that are parked, and for how long. */
  parked: Map<string, number>;
  given: { back: number };
  /** Whoever plans makes the first call itself; the queues of the lanes do it all otherwise. */
  startsAhead: boolean;
  /** Accepts a refresh and rings it; its id. */
  ask(
    kind: RefreshKind,
    body?: RefreshBody,
    who?: { role?: Role; userId?: string; callback?: string },
  ): Promise<string>;
  cancel(id: string, userId: string, everyone?: boolean): Promise<void>;
  /** Works the queues until nothing is left that could be worked. */
  work(): Promise<void>;
  /** Works one job of a queue; false when there is none. */
  step(queue: string): Promise<boolean>;
  retry(job: HeartJob): Promise<void>;
  clear(): Promise<void>;
}

const ATTEMPTS = 3;

/** The heart of a test file, called at its top: over a database of the file's own. */
export async function startHeart(providers: () => ProviderScript[]): Promise<Heart> {
  const { pool } = await withDatabase({ durable: false, beforeDrop: assertMessagesDescribed });
  const scripted = scriptProviders(providers);
  const { calls, given } = scripted;
  const failed: Heart['failed'] = [];
  const parked = new Map<string, number>();
  let jobs: HeartJob[] = [];

  const add = (queue: string, about: string) => {
    if (!queue.startsWith('fetch-') && jobs.some((job) => job.queue === queue && job.about === about)) return;
    jobs.push({ id: newId('delivery'), queue, about, attempt: 1 });
  };

  const world: World = {
    record: createRecord(pool, pool),
    lanes: scripted.lanes,
    ring: {
      refreshes: async (refreshes) => refreshes.forEach(({ id }) => add('refresh', id)),
      lane: async (lane, n, rank, upTo = Infinity) => {
        const waiting = jobs.filter(({ queue }) => queue === `fetch-${lane}`).length;
        for (let i = 0; i < Math.min(n, 50, upTo - waiting); i++) add(`fetch-${lane}`, lane);
        if (upTo === Infinity && rank !== undefined && rank < PRIORITIES.low) parked.delete(lane);
      },
      follow: async (id) => add('follow', id),
      changed: () => {},
    },
    asker: scripted.asker,
    calculations: { run: async () => ({ more: false }) },
    now: () => new Date(),
    pause: async () => {},
    log: { info: () => {}, warn: () => {} },
  };

  async function planAndStart(refreshId: string, job: Job): Promise<StepOutcome> {
    const first = await plan(refreshId, world, () => heart.startsAhead);
    return first ? headStart(refreshId, first, job, world) : done;
  }

  async function run(job: HeartJob): Promise<void> {
    const log: string[] = [];
    const lastAttempt = job.attempt >= ATTEMPTS;
    const signal = new AbortController().signal;
    const about = { ...job, lastAttempt, signal, log: async (line: string) => void log.push(line) };
    let outcome: StepOutcome;
    if (job.queue === 'refresh') outcome = await planAndStart(job.about, about);
    else if (job.queue === 'follow') outcome = await follow(job.about, about, world);
    else outcome = await call(job.about, about, world);
    if (outcome.kind === 'parked') {
      parked.set(job.about, outcome.forMs);
      jobs.unshift(job);
    }
    if (outcome.kind !== 'failed') return;
    if (lastAttempt) failed.push({ ...job, log });
    else jobs.push({ ...job, attempt: job.attempt + 1 });
  }

  async function step(queue?: string): Promise<boolean> {
    const ready = jobs.find(
      (job) =>
        (queue === undefined || job.queue === queue) && !(job.queue.startsWith('fetch-') && parked.has(job.about)),
    );
    if (!ready) return false;
    jobs = jobs.filter((job) => job !== ready);
    await run(ready);
    return true;
  }

  const heart: Heart = {
    startsAhead: false,
    pool,
    world,
    calls,
    failed,
    parked,
    given,
    async ask(kind, body = {}, { role = 'system', userId = `usr_${role}`, callback } = {}) {
      const request = requestOf(kind, {}, body, { role, callbackEndpoint: callback });
      const [accepted] = await acceptUnlimited(pool, [
        {
          ...{
            ...request,
            ...openingOf(request),
            id: newId('refresh'),
            source: 'manual',
            keyId: `key_${userId}`,
            userId,
          },
          ...{ role, requestId: null, remoteAddress: null, traceparent: null, estimate: null },
        },
      ]);
      if (!accepted || accepted.outcome === 'limited') throw new Error('not accepted');
      add('refresh', accepted.id);
      return accepted.id;
    },
    async cancel(id, userId, everyone = false) {
      const cancelled = await cancelRefresh(pool, id, { userId, everyone });
      for (const next of cancelled?.next ?? []) add('refresh', next.id);
    },
    async work() {
      while (await step());
    },
    step,
    retry: (job) => run({ ...job, attempt: 1 }),
    async clear() {
      await assertMessagesDescribed(pool);
      for (const table of ['refreshes', 'wants', 'events', 'latest_quotes', 'assets', 'anomalies', 'ticks'])
        await pool.query(`delete from ${table}`);
      scripted.forget();
      failed.length = 0;
      parked.clear();
      jobs = [];
      heart.startsAhead = false;
    },
  };
  return heart;
}
