import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { redisProducer } from '@freshet/runtime';
import { eventually, testRedis } from '@freshet/testing';
import { createProducer } from './index.ts';

/** Jobs that kill whoever takes them, held against real processes that die: lock and stalled check are 15 s for each death. */
const server = testRedis();
const client = redisProducer(server.url);
const prefix = `{${server.prefix}}`;
const producer = createProducer({ connection: client, prefix });

const script = fileURLToPath(new URL('../test/poisoned-worker.ts', import.meta.url));
let worker: ChildProcess | null = null;
let said = '';
let deaths = 0;
let respawn = true;

/** A worker as a supervisor keeps it: whenever it dies, there is another. */
function start(...how: string[]): void {
  worker = spawn(process.execPath, [script, server.url, prefix, ...how], { stdio: ['ignore', 'pipe', 'inherit'] });
  worker.stdout?.on('data', (chunk) => {
    said += String(chunk);
  });
  worker.once('exit', () => {
    if (!respawn) return;
    deaths += 1;
    start(...how);
  });
}

async function stop(): Promise<void> {
  respawn = false;
  const dying = worker;
  if (dying?.exitCode !== null || dying.signalCode !== null) return;
  const exit = new Promise((resolve) => dying.once('exit', resolve));
  dying.kill('SIGKILL');
  await exit;
}

afterAll(async () => {
  await stop();
  await producer.close();
  client.disconnect();
  await server.cleanup();
});

const times = (line: string) => said.split('\n').filter((each) => each === line).length;
const ring = (ids: string[]) => producer.ringRefreshes(ids.map((id) => ({ id, rank: 10 })));
const failed = () => producer.failedJobs({ limit: 10 });

test('a job that kills its worker rests after its third death, those that died beside it and all others go on, and a retry starts afresh', async () => {
  const beside = ['ref_1', 'ref_2', 'ref_3'];
  await ring(['ref_poison', ...beside]);
  start();
  await eventually(() => expect(deaths).toBe(1), { withinMs: 60_000 });
  await ring(['ref_meanwhile']);
  await eventually(() => expect(times('ended ref_meanwhile')).toBe(1), { withinMs: 30_000 });
  expect(await failed()).toEqual([]);

  await eventually(async () => expect(await failed()).toHaveLength(1), { withinMs: 80_000, everyMs: 200 });
  expect(await failed()).toMatchObject([
    {
      id: 'refresh~ref_poison',
      error: 'poison: 3 workers died in the middle of this job',
      attempts: 3,
      data: { refreshId: 'ref_poison' },
    },
  ]);
  expect([deaths, times('took ref_poison')]).toEqual([3, 3]);
  await ring(['ref_after']);
  for (const id of [...beside, 'ref_after']) await eventually(() => expect(times(`ended ${id}`)).toBe(1));
  expect(await producer.poisoned('refresh', ['ref_poison', 'ref_1', 'ref_unknown'])).toEqual(
    new Map([['ref_poison', 'poison: 3 workers died in the middle of this job']]),
  );

  await stop();
  respawn = true;
  start('harmless');
  expect(await producer.retryFailed('refresh~ref_poison')).toEqual({ refreshId: 'ref_poison', deliveryId: null });
  await eventually(() => expect(times('ended ref_poison')).toBe(1), { withinMs: 20_000 });
  expect([deaths, await failed()]).toEqual([3, []]);
}, 150_000);
