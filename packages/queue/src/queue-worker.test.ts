import { redisWorker } from '@freshet/runtime';
import { testRedis } from '@freshet/testing';
import { laneQueue } from './jobs.ts';
import { QueueWorker } from './queue-worker.ts';
import { workerSettings } from './settings.ts';

const server = testRedis();
const connection = redisWorker(server.url);
afterAll(async () => {
  connection.disconnect();
  await server.cleanup();
});

test('a parking that ends while what is left of it is worked out is not waited for by a negative time', async () => {
  const queue = laneQueue('yahoo');
  const settings = { ...workerSettings(queue), connection, prefix: `{${server.prefix}}`, autorun: false };
  const worker = new QueueWorker(queue, () => Promise.resolve(), settings);
  const waitedMs: (number | undefined)[] = [];
  worker.delay = async (ms) => void waitedMs.push(ms);
  const parked = worker as unknown as { limitUntil: number; waitForRateLimit(): Promise<void> };
  const { now } = Date;
  // It is looked at twice, and the second time is over.
  const looks = [1000, 1005];
  try {
    parked.limitUntil = 1003;
    Date.now = () => looks.shift() ?? now();
    await parked.waitForRateLimit();
  } finally {
    Date.now = now;
    await worker.close();
  }
  expect(waitedMs).toEqual([1]);
});
