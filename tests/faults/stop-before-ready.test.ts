import {
  eventually,
  ownRedis,
  type OwnServer,
  type StartedProcess,
  startProcess,
  withDatabase,
} from '@freshet/testing';
import { Redis } from 'ioredis';

/** SIGTERM while a process starts and its Redis takes no more connections: it ends in order, and waits for nobody. */
const { url } = await withDatabase();
/** This test's own connection, and the three that a worker makes before those of its queues. */
const CONNECTIONS = 4;

let redis: OwnServer;
let client: Redis;
let worker: StartedProcess | undefined;

beforeAll(async () => {
  redis = await ownRedis({ settings: { maxclients: String(CONNECTIONS) } });
  client = new Redis(redis.url);
}, 60_000);
afterAll(async () => {
  await worker?.kill9();
  client?.disconnect();
  await redis?.remove();
}, 30_000);

test('a worker whose queues have not reached Redis yet stops at once', async () => {
  worker = startProcess('apps/worker/src/main.ts', { DATABASE_URL: url, REDIS_URL: redis.url, DRAIN_TIMEOUT: '10s' });
  await eventually(async () => expect(await refused()).toBeGreaterThan(20), { withinMs: 60_000 });
  expect(worker.stdout()).toBe('');
  expect(await worker.terminate()).toEqual({ code: 0, signal: null });
}, 120_000);

async function refused(): Promise<number> {
  return Number(/rejected_connections:(\d+)/.exec(await client.info('stats'))?.[1]);
}
