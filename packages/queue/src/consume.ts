import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { type Logger, logWith } from '@freshet/runtime';
import { alone } from './alone.ts';
import { decide } from './decide.ts';
import { type DataOf, policyOf, type QueueName, readData } from './jobs.ts';
import { discarded, failed, type Outcome, snoozed } from './outcome.ts';
import { hearCancels } from './cancels.ts';
import { keyBase } from './lua.ts';
import { isPoison } from './poison.ts';
import { QueueWorker } from './queue-worker.ts';
import { workerSettings } from './settings.ts';
import { telemetry } from './telemetry.ts';
import { easeTrouble } from './trouble.ts';
import { rewriteUnreadable } from './unreadable.ts';
import { watch } from './watch.ts';

export interface Work<Q extends QueueName> {
  id: string;
  data: DataOf<Q>;
  /** 1 for the first. */
  attempt: number;
  maxAttempts: number;
  /** After this attempt a failure is final. */
  lastAttempt: boolean;
  /** The job was in the failed set before, and a person had it retried. */
  triedByHand: boolean;
  /** Aborted when the refresh is cancelled, the lock is lost, or the process can't wait for the end any longer. */
  signal: AbortSignal;
  /** One line into the job's log, which the failed list and Bull Board show. */
  log(line: string): Promise<void>;
}

export type Handler<Q extends QueueName> = (work: Work<Q>) => Promise<Outcome>;

export interface GaveUp {
  queue: QueueName;
  id: string;
  data: unknown;
  error: Error;
  /** It was given up because workers died while they ran it. */
  poison: boolean;
}

export interface ConsumeOptions {
  /** A client that waits: `redisWorker` of @freshet/runtime; may be shared by all queues of a process. */
  connection: Redis;
  /** A client in subscriber mode, which may be shared. It hears cancels; without it a running job isn't told of them. */
  subscriber?: Redis;
  prefix: string;
  concurrency?: number;
  log?: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Called when a job enters the failed set. */
  onGaveUp?(job: GaveUp): void;
  /** Called when jobs have waited for long and this free consumer took none. Only a restart of the process helps. */
  onDeaf?(because: string): void;
}

export interface Consumer {
  readonly queue: QueueName;
  /** Jobs that run here now. */
  readonly running: number;
  /** Connected and taking. */
  ready(): Promise<void>;
  /**
   * Stops taking jobs and waits for running ones. After `withinMs` it aborts them, and a second later abandons them; they run again elsewhere.
   * When none runs, a Redis that is silent is waited for no longer than 2 s.
   */
  close(withinMs?: number): Promise<void>;
}

/** A run in this process. */
interface Run {
  id: string;
  /** When the queue gave the same job to this process again. */
  replacedAt?: number;
}

/**
 * A run that lost its lock (Redis was away, the process was suspended) still ends its work here. Beside it the same job would ask providers
 * a second time, and BullMQ, which keeps locks by job id, would stop renewing the lock of the second run when the first one ends. So the
 * job is put off by a second at a time; one that hangs for longer than this is no longer waited for.
 */
const ENDING_MS = 15_000;
const LOOK_AGAIN_MS = 1_000;
/** How long a consumer that runs nothing waits for BullMQ to close its worker, which it can't while Redis is silent. */
const GOODBYE_MS = 2_000;
const GOODBYE_LOOK_MS = 100;

/**
 * Works one queue with one handler. Delivery is at least once: a job may run twice, also at the same time, when its worker lost its
 * lock; effects are fenced in Postgres. A handler that throws has failed.
 */
export function consume<Q extends QueueName>(queue: Q, handler: Handler<Q>, options: ConsumeOptions): Consumer {
  const { connection, subscriber, prefix, concurrency = 1, log, onGaveUp, onDeaf } = options;
  const running = new Set<Run>();

  // BullMQ gives a signal only to functions that declare three parameters.
  const run = async (job: Job, token = '', signal = new AbortController().signal): Promise<void> => {
    const id = job.id as string;
    watcher.took();
    if (isStillEnding(id)) return await decide(snoozed(LOOK_AGAIN_MS), job, worker, token);
    const self: Run = { id };
    running.add(self);
    try {
      await decide(await outcomeOf(job, signal), job, worker, token);
    } finally {
      running.delete(self);
    }
  };

  /** Whether an earlier run of this job, which lost its lock, goes on in this process, and is worth waiting for. */
  function isStillEnding(id: string): boolean {
    const earlier = [...running].find((run) => run.id === id);
    if (!earlier) return false;
    earlier.replacedAt ??= performance.now();
    return performance.now() - earlier.replacedAt < ENDING_MS;
  }

  async function outcomeOf(job: Job, signal: AbortSignal): Promise<Outcome> {
    let data: DataOf<Q>;
    try {
      data = readData(queue, job.data);
    } catch {
      // The content isn't repeated in the error: it may be anything.
      return discarded(new Error(`refused: not what a job of ${queue} carries`));
    }
    const attempt = job.attemptsMade + 1;
    const maxAttempts = job.opts.attempts ?? 1;
    // A lost log line is no reason for a job to fail.
    const line = async (text: string) => void (await job.log(text).catch(() => {}));
    try {
      const id = job.id as string;
      const turn = { attempt, maxAttempts, lastAttempt: attempt >= maxAttempts, triedByHand: triedByHand(job) };
      const work = { id, data, ...turn, signal, log: line };
      const refresh = 'refreshId' in data ? { refresh_id: data.refreshId } : {};
      const run = () => logWith({ queue, job: id, ...refresh }, () => handler(work));
      return await (job.stalledCounter >= policyOf(queue).deaths - 1 ? alone(run) : run());
    } catch (error) {
      return failed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** False when jobs run for longer, or when nothing runs here and yet the worker isn't closed: then nobody is waited for. */
  async function closesWithin(withinMs: number, closed: Promise<void>): Promise<boolean> {
    const until = performance.now() + withinMs;
    for (let idleMs = 0; idleMs < GOODBYE_MS && performance.now() < until; ) {
      if (await settles(closed, Math.min(GOODBYE_LOOK_MS, until - performance.now()))) return true;
      idleMs = running.size === 0 ? idleMs + GOODBYE_LOOK_MS : 0;
    }
    return false;
  }

  const worker = new QueueWorker(queue, (job: Job, token?: string, signal?: AbortSignal) => run(job, token, signal), {
    ...workerSettings(queue),
    ...telemetry(),
    connection,
    prefix,
    concurrency,
  });
  rewriteUnreadable({ worker, connection, base: keyBase(prefix, queue), queue, log });
  const stopEasing = easeTrouble(worker, queue, log);
  const isFree = () => running.size < concurrency && !worker.isPaused();
  const noteDeaf = (because: string) => {
    log?.error({ queue }, because);
    onDeaf?.(because);
  };
  const watcher = watch({ connection, prefix, queue, isFree, onDeaf: noteDeaf });

  // A run without its lock is superseded: the queue gives the job to a worker again.
  worker.on('lockRenewalFailed', (ids) => ids.forEach((id) => worker.cancelJob(id, 'lock lost')));
  worker.on('stalled', (id) =>
    log?.warn({ queue, job: id }, 'the worker of a job died or lost its lock; the job runs again'),
  );
  worker.on('failed', (job, error) => {
    if (!job?.finishedOn) return;
    log?.warn({ queue, job: job.id, err: error }, 'a job was given up and is in the failed set');
    onGaveUp?.({ queue, id: job.id as string, data: job.data, error, poison: isPoison(error.message) });
  });

  const stopCancels = subscriber && hearCancels(queue, subscriber, prefix, (id) => worker.cancelJob(id, 'cancelled'));

  return {
    queue,
    get running() {
      return running.size;
    },
    ready: async () => void (await worker.waitUntilReady()),
    async close(withinMs = 25_000) {
      watcher.stop();
      stopEasing();
      stopCancels?.();
      const closed = worker.close();
      if (await closesWithin(withinMs, closed)) return;
      if (running.size > 0) {
        log?.warn(
          { queue, running: [...running].map(({ id }) => id) },
          'not waiting any longer for running jobs; they run again elsewhere',
        );
        worker.cancelAllJobs('shutting down');
        if (await settles(closed, 1_000)) return;
      }
      // The lock expires, and the job runs elsewhere.
      await worker.leave();
    },
  };
}

/** A retry by hand resets the attempts and keeps the stack traces, so there are more traces than attempts made. */
const triedByHand = (job: Job): boolean => (job.stacktrace?.length ?? 0) > job.attemptsMade;

async function settles(promise: Promise<unknown>, withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs);
  });
  const settled = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return settled;
}
