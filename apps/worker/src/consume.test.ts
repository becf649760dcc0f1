import { PRIORITIES } from '@freshet/contracts';
import { type Consumer, createProducer, laneQueue, type Producer } from '@freshet/queue';
import type { World } from '@freshet/refresh';
import { createLogger, redisSubscriber, redisWorker } from '@freshet/runtime';
import type { Pool } from '@freshet/store';
import { eventually, testRedis } from '@freshet/testing';
import { consumeQueues } from './consume.ts';
import type { WorkerLanes } from './lanes.ts';
import type { OpenProviders } from './open-providers.ts';

let redis: ReturnType<typeof testRedis>;
let producer: Producer;
let close: () => Promise<void>;
let connection: ReturnType<typeof redisWorker>;
let subscriber: ReturnType<typeof redisSubscriber>;

beforeAll(async () => {
  redis = testRedis();
  producer = createProducer({ connection: redis.client(), prefix: redis.prefix, lanes: ['yahoo'] });
  connection = redisWorker(redis.url);
  subscriber = redisSubscriber(redis.url);
  close = async () => {
    await producer.close();
    for (const client of [connection, subscriber]) client.disconnect();
    await redis.cleanup();
  };
});
afterAll(() => close());

const away = Object.assign(new Error('the database system is starting up'), { code: '57P03' });
const broken = new Error('no rate for EUR');

/** A worker's consumers over a world in which everything fails with this. */
function consuming(queues: string[], error: Error): { consumers: Consumer[]; seen: { runs: number } } {
  const seen = { runs: 0 };
  const fails = async () => {
    seen.runs++;
    throw error;
  };
  const world = {
    record: { isAway: (met: unknown) => met === away, beforePlan: fails, failCalculations: fails },
    calculations: { run: fails },
    lanes: { of: () => ({ name: 'yahoo' }) },
    asker: { attend: fails },
    now: () => new Date(),
    log: { info: () => {}, warn: () => {} },
  } as unknown as World;
  const lanes = { whilePlanning: (work: () => Promise<unknown>) => work() } as unknown as WorkerLanes;
  const consumers = consumeQueues({
    ...{ world, lanes, connection, subscriber, onDeaf: () => {} },
    providers: { lanes: [{ name: 'yahoo', concurrency: 2 }] } as OpenProviders,
    pool: {} as Pool,
    config: { prefix: redis.prefix, queues, allowPrivateWebhooks: false },
    log: createLogger({ name: 'test', level: 'silent' }),
  });
  return { consumers, seen };
}

test.each([
  [['all'], ['refresh', laneQueue('yahoo'), 'follow', 'deliver']],
  [['lanes'], [laneQueue('yahoo')]],
  [
    ['follow', 'fetch-yahoo'],
    [laneQueue('yahoo'), 'follow'],
  ],
  [['refresh'], ['refresh']],
  [['deliver'], ['deliver']],
])('a worker of %s works these queues', async (queues, worked) => {
  const { consumers } = consuming(queues, broken);
  expect(consumers.map(({ queue }) => queue)).toEqual(worked);
  await Promise.all(consumers.map((consumer) => consumer.close()));
});

const ring: Record<string, () => Promise<unknown>> = {
  refresh: () => producer.ringRefreshes([{ id: 'ref_1', rank: PRIORITIES.high }]),
  'fetch-yahoo': () => producer.ringLane('yahoo', 1, PRIORITIES.high),
  follow: () => producer.ringFollow('ref_1', PRIORITIES.high),
};

test.each(Object.keys(ring))(
  'a job of %s that meets no database three times rests nowhere: it is rung again',
  async (queue) => {
    const { consumers, seen } = consuming([queue], away);
    try {
      await ring[queue]?.();
      await eventually(async () => {
        expect(seen.runs).toBe(3);
        const { completed } = (await producer.queueStats()).find((each) => each.queue === queue) ?? {};
        expect(completed).toBe(1);
      });
      expect(await producer.failedJobs({ limit: 10 })).toEqual([]);
    } finally {
      await Promise.all(consumers.map((consumer) => consumer.close()));
    }
  },
);
