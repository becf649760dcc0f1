import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { FIXED_QUEUES, type FixedQueue, laneQueue, type QueueName } from './jobs.ts';
import { telemetry } from './telemetry.ts';
import { TolerantQueue } from './unreadable.ts';

/** Redis is away or too slow. The refresh to ring is in Postgres, and the sweeper rings it later. */
export class QueueUnavailable extends Error {
  override name = 'QueueUnavailable';
}

const PATIENCE_MS = 2_000;

/** The queues as a producer sees them: made when first used, and never without a live Redis. */
export interface Queues {
  readonly prefix: string;
  /** The queues known to this process: the fixed ones and the lanes. */
  names(): QueueName[];
  know(lanes: readonly string[]): void;
  /** Runs `work` on a queue, within 2 s. @throws QueueUnavailable */
  with<T>(name: QueueName, work: (queue: Queue, redis: Redis) => Promise<T>): Promise<T>;
  /** The same without a queue, for questions over all of them. @throws QueueUnavailable */
  ask<T>(work: (redis: Redis) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** `lanes`: the providers whose lanes have queues, beside the fixed ones. */
export function openQueues(connection: Redis, prefix: string, lanes: readonly string[]): Queues {
  const names = new Set<QueueName>([...(Object.keys(FIXED_QUEUES) as FixedQueue[]), ...lanes.map(laneQueue)]);
  const made = new Map<QueueName, Queue>();
  const firstContact = createFirstContact(connection);

  function queueOf(name: QueueName): Queue {
    let queue = made.get(name);
    if (queue) return queue;
    names.add(name);
    queue = new TolerantQueue(name, { connection, prefix, streams: { events: { maxLen: 1_000 } }, ...telemetry() });
    queue.on('error', () => {});
    made.set(name, queue);
    // A Queue whose first contact fails rejects every later call, even when Redis is back: forget it, and make another.
    queue.waitUntilReady().catch(() => made.get(name) === queue && made.delete(name));
    return queue;
  }

  async function ask<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    await firstContact();
    return await withinMs(work(connection), deadline - Date.now());
  }

  return {
    prefix,
    names: () => [...names],
    know: (lanes) => lanes.forEach((lane) => names.add(laneQueue(lane))),
    ask,
    with: (name, work) => ask((redis) => work(queueOf(name), redis)),
    async close() {
      await Promise.allSettled([...made.values()].map((queue) => queue.close()));
      made.clear();
    },
  };
}

/**
 * Waits for a client's first connection; concurrent callers share that wait. A client that has lost Redis is not waited for: callers have
 * to answer soon, and a command that was given up may still be carried out.
 */
function createFirstContact(connection: Redis): () => Promise<void> {
  let waiting: Promise<void> | null = null;
  return () => {
    if (connection.status === 'ready') return Promise.resolve();
    if (!['wait', 'connecting', 'connect'].includes(connection.status)) {
      return Promise.reject(new QueueUnavailable('Redis is away'));
    }
    waiting ??= contact(connection).finally(() => {
      waiting = null;
    });
    return waiting;
  };
}

async function contact(connection: Redis): Promise<void> {
  let onClose = () => {};
  let onReady = () => {};
  const ready = new Promise<void>((resolve, reject) => {
    onReady = resolve;
    onClose = () => reject(new QueueUnavailable('Redis is away'));
    connection.once('ready', onReady);
    connection.once('close', onClose);
  });
  if (connection.status === 'wait') connection.connect().catch(() => {});
  try {
    await withinMs(ready, PATIENCE_MS);
  } finally {
    connection.off('ready', onReady);
    connection.off('close', onClose);
  }
}

async function withinMs<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new QueueUnavailable(`Redis did not answer within ${PATIENCE_MS} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    if (error instanceof Error && lost.test(error.message)) throw new QueueUnavailable(error.message, { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Error messages of ioredis when it has no connection, and of Redis when it can't take a command at the moment. */
const lost =
  /Connection is closed|isn't writeable|Command timed out|max retries per request|ECONN|EPIPE|^(OOM|MISCONF|LOADING|READONLY|NOREPLICAS)/;
