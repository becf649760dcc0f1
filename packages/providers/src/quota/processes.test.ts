import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { eventually, type TestDatabase, testDatabase, testRedis } from '@freshet/testing';
import type { QuotaWindow } from '../provider.ts';
import { type Arrival, mostCounted } from './arrivals.fixture.ts';

const windows: QuotaWindow[] = [
  { limit: 40, perSeconds: 4 },
  { limit: 70, perSeconds: 8 },
  { limit: 100_000, perSeconds: 86_400 },
];

const server = testRedis();
const redis = server.client();
const children: ChildProcess[] = [];
const arrivals: Arrival[] = [];
let database: TestDatabase;

/** Counts arrivals on its own clock and answers after 20 to 120 ms. */
const provider = createServer((_request, response) => {
  arrivals.push({ at: performance.now(), cost: 1 });
  setTimeout(() => response.end('ok'), 20 + Math.random() * 100);
});

function startWorker(): ChildProcess {
  const work = {
    redisUrl: server.url,
    databaseUrl: database.url,
    prefix: `${server.prefix}:`,
    providerUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`,
    windows,
    lanes: 8,
  };
  const script = fileURLToPath(new URL('./lanes.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', script, JSON.stringify(work)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.push(child);
  return child;
}

/** Waits until so many more calls have arrived. */
async function arrived(more: number): Promise<void> {
  const before = arrivals.length;
  await eventually(() => expect(arrivals.length - before).toBeGreaterThanOrEqual(more), { withinMs: 60_000 });
}

beforeAll(async () => {
  database = await testDatabase();
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  provider.closeAllConnections();
  provider.close();
  await server.cleanup();
  await database.drop();
});

test('three real processes, one killed again and again and Redis wiped once, never exceed a window', async () => {
  startWorker();
  startWorker();
  for (let n = 0; n < 2; n++) {
    const victim = startWorker();
    await arrived(45);
    victim.kill('SIGKILL');
  }
  await redis.unlink(...(await redis.keys(`${server.prefix}:quota:*`)));
  startWorker();
  await arrived(70);
  for (const window of windows) expect(mostCounted(arrivals, window)).toBeLessThanOrEqual(window.limit);
  // It did come to the edge: otherwise it would say nothing.
  expect(mostCounted(arrivals, windows[0] as QuotaWindow)).toBeGreaterThanOrEqual(36);
}, 180_000);
