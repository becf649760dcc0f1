import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { redisProducer, redisWorker, whenReady } from '@freshet/runtime';
import { eventually, faultyProxy, type OwnServer, ownRedis } from '@freshet/testing';
import type { Redis } from 'ioredis';
import { type Consumer, consume, createProducer, done, type Handler, parked, QueueUnavailable } from './index.ts';
import { watch } from './watch.ts';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A queue on a Redis of its own: what was taken, a producer, a worker, and how to end it all. */
async function stage(options: { redis?: OwnServer; consume?: boolean; long?: boolean } = {}) {
  const redis = options.redis ?? (await ownRedis());
  const sending: Redis = redisProducer(redis.url);
  const taking: Redis = redisWorker(redis.url);
  // Whoever brings a Redis may have brought it down.
  if (!options.redis) await whenReady(sending, 20_000);
  const producer = createProducer({ connection: sending, prefix: '{t}' });
  const taken: string[] = [];
  const deaf: string[] = [];
  const consumers: Consumer[] = [];
  const work = () =>
    consumers.push(
      consume(
        'refresh',
        async ({ id }) => {
          taken.push(id);
          return done;
        },
        { connection: taking, prefix: '{t}', onDeaf: (because) => deaf.push(because) },
      ),
    );
  if (options.consume !== false) work();
  let ended: Promise<void> | null = null;
  const self = {
    redis,
    producer,
    taken,
    deaf,
    work,
    ring: (id: string) => producer.ringRefreshes([{ id, rank: 10 }]),
    end: () => (ended ??= end()),
  };
  async function end() {
    await Promise.all(consumers.map((consumer) => consumer.close(500)));
    await producer.close();
    sending.disconnect();
    taking.disconnect();
    await redis.remove();
  }
  (options.long ? longStages : stages).push(self);
  return self;
}

/** Ended behind each test, also when it failed. */
const stages: { end(): Promise<void> }[] = [];
/** Those of the long stories, which end them themselves unless they fail. */
const longStages: { end(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(stages.splice(0).map(({ end }) => end()));
});

/** The long stories begin before the others and are looked at last. Together they may keep a Redis from answering in time: they ring again then. */
const stories: Record<string, Promise<void>> = {};
const story = (name: string, tell: () => Promise<void>) => {
  test(name, () => stories[name] as Promise<void>, 90_000);
  stories[name] = Promise.resolve();
  beforeAll(() => {
    stories[name] = tell();
    stories[name]?.catch(() => {});
  });
};

afterAll(async () => {
  await Promise.allSettled(Object.values(stories));
  await Promise.all(longStages.map(({ end }) => end()));
}, 90_000);

test('without Redis at boot, ringing fails at once and working waits; both go on when it comes', async () => {
  const redis = await ownRedis();
  await redis.stop();
  const { ring, taken } = await stage({ redis });
  const asked = Date.now();
  await expect(ring('ref_1')).rejects.toThrow(QueueUnavailable);
  expect(Date.now() - asked).toBeLessThan(4_000);
  await redis.start();
  await eventually(() => ring('ref_2'));
  await eventually(() => expect(taken).toContain('ref_2'));
});

test('a Redis that hangs is given up after 2 s, and what was rung meanwhile is not doubled', async () => {
  const { redis, ring, taken } = await stage();
  await ring('ref_1');
  await eventually(() => expect(taken).toEqual(['ref_1']));
  redis.pause();
  await expect(ring('ref_2')).rejects.toThrow(QueueUnavailable);
  redis.resume();
  await eventually(() => ring('ref_2'));
  await eventually(() => expect(taken).toContain('ref_2'));
  expect(taken.filter((id) => id === 'ref_2').length).toBeLessThanOrEqual(2);
});

test('a flushed script cache changes nothing', async () => {
  const { redis, ring, producer, taken } = await stage();
  const admin = redisProducer(redis.url);
  await whenReady(admin, 5_000);
  await ring('ref_1');
  await admin.script('FLUSH');
  await ring('ref_2');
  expect((await producer.queueStats()).length).toBeGreaterThan(0);
  await eventually(() => expect(taken).toEqual(['ref_1', 'ref_2']));
  admin.disconnect();
});

test('a wiped Redis goes on with what is rung again, and says what is missing', async () => {
  const { redis, ring, producer, taken } = await stage({ consume: false });
  await ring('ref_lost');
  const admin = redisProducer(redis.url);
  await whenReady(admin, 5_000);
  await eventually(() => admin.flushall());
  expect(await producer.missingRefreshes(['ref_lost'])).toEqual(['ref_lost']);
  expect(taken).toEqual([]);
  admin.disconnect();
});

test('a worker whose Redis is emptied while it waits takes the next job that is rung', async () => {
  const { redis, ring, taken } = await stage();
  await ring('ref_1');
  await eventually(() => expect(taken).toEqual(['ref_1']));
  const admin = redisProducer(redis.url);
  await whenReady(admin, 5_000);
  await eventually(() => admin.flushall());
  await ring('ref_2');
  await eventually(() => expect(taken).toEqual(['ref_1', 'ref_2']));
  admin.disconnect();
});

test('a Redis that lacks the replicas it is to have refuses rings in words, until it has them', async () => {
  const { redis, ring, taken } = await stage();
  const admin = redisProducer(redis.url);
  await whenReady(admin, 5_000);
  await eventually(() => admin.config('SET', 'min-replicas-to-write', '1'));
  await expect(ring('ref_1')).rejects.toThrow(QueueUnavailable);
  await admin.config('SET', 'min-replicas-to-write', '0');
  await ring('ref_1');
  await eventually(() => expect(taken).toEqual(['ref_1']));
  admin.disconnect();
});

test('a full Redis refuses rings in words, and workers rest instead of storming; with room, all goes on', async () => {
  const { redis, ring, work, taken } = await stage({ consume: false });
  await ring('ref_1');
  const admin = redisProducer(redis.url);
  await whenReady(admin, 5_000);
  await eventually(() => admin.config('SET', 'maxmemory', '1mb'));
  await expect(ring('ref_2')).rejects.toThrow(QueueUnavailable);
  work();
  const refusals = async () => Number(/errorstat_OOM:count=(\d+)/.exec(await admin.info('errorstats'))?.[1] ?? 0);
  await eventually(async () => expect(await refusals()).toBeGreaterThan(1));
  await sleep(1_000);
  expect(await refusals()).toBeLessThan(100);
  expect(taken).toEqual([]);
  await admin.config('SET', 'maxmemory', '0');
  await ring('ref_3');
  await eventually(() => expect(taken).toEqual(['ref_1', 'ref_3']), { withinMs: 15_000 });
  admin.disconnect();
});

test('a worker that stands beside waiting jobs and takes none is called deaf, once', async () => {
  const { redis, ring } = await stage({ consume: false });
  const connection = redisWorker(redis.url);
  const said: string[] = [];
  let looks = 0;
  let free = true;
  const isFree = () => {
    looks += 1;
    return free;
  };
  const onDeaf = (because: string) => said.push(because);
  const watcher = watch({ connection, prefix: '{t}', queue: 'refresh', isFree, onDeaf, lookMs: 50 });
  const furtherLooks = async (n: number) => {
    const from = looks;
    await eventually(() => expect(looks).toBeGreaterThan(from + n));
  };
  await ring('ref_1');
  // What it takes, what it is busy with, and who paused the queue: each is a reason why jobs wait.
  for (let n = 0; n < 4; n++) {
    await furtherLooks(3);
    watcher.took();
  }
  free = false;
  await furtherLooks(10);
  await connection.hset('{t}:refresh:meta', 'paused', '1');
  free = true;
  await furtherLooks(10);
  expect(said).toEqual([]);
  await connection.hdel('{t}:refresh:meta', 'paused');
  await furtherLooks(20);
  expect(said).toEqual(['jobs of refresh wait beside a free worker, which takes none']);
  watcher.stop();
  connection.disconnect();
});

test('parking outlives the worker that parked', async () => {
  const { redis, producer } = await stage({ consume: false });
  const connections = [redisWorker(redis.url), redisWorker(redis.url)] as const;
  const taken: { by: string; at: number }[] = [];
  let closed: Promise<void> | undefined;
  const first: Consumer = consume(
    'fetch-yahoo',
    async () => {
      taken.push({ by: 'first', at: Date.now() });
      // From here on it takes nothing more, however long the rest takes; what it does now it ends.
      closed = first.close();
      return parked(1_500);
    },
    { connection: connections[0], prefix: '{t}' },
  );
  await producer.ringLane('yahoo', 1);
  await eventually(() => expect(closed).toBeDefined());
  await closed;
  const second = consume(
    'fetch-yahoo',
    async () => {
      taken.push({ by: 'second', at: Date.now() });
      return done;
    },
    { connection: connections[1], prefix: '{t}' },
  );
  await eventually(() => expect(taken.map(({ by }) => by)).toEqual(['first', 'second']));
  expect((taken[1]?.at ?? 0) - (taken[0]?.at ?? 0)).toBeGreaterThanOrEqual(1_490);
  await second.close();
  for (const connection of connections) connection.disconnect();
});

story('the job of a worker that was killed runs again elsewhere', async () => {
  const { redis, ring, work, taken, end } = await stage({ consume: false, long: true });
  const script = fileURLToPath(new URL('../test/dying-worker.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [script, redis.url, '{t}']);
  try {
    await eventually(() => ring('ref_1'));
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    work();
  } finally {
    child.kill('SIGKILL');
  }
  // Lock and stalled check are 15 s together; the rest is for a slow machine.
  await eventually(() => expect(taken).toEqual(['ref_1']), { withinMs: 20_000 });
  await end();
});

story(
  'a job that its worker could not end in time when it closed runs elsewhere, though that process lives on',
  async () => {
    const { redis, ring, work, taken, end } = await stage({ consume: false, long: true });
    const connection = redisWorker(redis.url);
    let letGo = () => {};
    const hangs: Handler<'refresh'> = () => new Promise((resolve) => (letGo = () => resolve(done)));
    const stuck = consume('refresh', hangs, { connection, prefix: '{t}' });
    await eventually(() => ring('ref_1'));
    await eventually(() => expect(stuck.running).toBe(1), { withinMs: 20_000 });
    await stuck.close(100);
    work();
    await eventually(() => expect(taken).toEqual(['ref_1']), { withinMs: 40_000 });
    letGo();
    connection.disconnect();
    await end();
  },
);

story('after Redis was away for 25 s, jobs flow again by themselves, and nothing that it had is lost', async () => {
  const { redis, ring, taken, deaf, end } = await stage({ long: true });
  await eventually(() => ring('ref_before'));
  await eventually(() => expect(taken).toEqual(['ref_before']));
  await redis.kill9();
  await expect(ring('ref_meanwhile')).rejects.toThrow(QueueUnavailable);
  await sleep(25_000);
  await redis.start();
  await eventually(() => ring('ref_after'), { withinMs: 10_000 });
  await eventually(() => expect(taken).toContain('ref_after'), { withinMs: 10_000 });
  expect(deaf).toEqual([]);
  await end();
});

story('a worker whose connections are swallowed without a word notices it and takes jobs again', async () => {
  const { redis, ring, end } = await stage({ consume: false, long: true });
  const proxy = await faultyProxy({ target: redis.url });
  const connection = redisWorker(proxy.url);
  const taken: string[] = [];
  const consumer = consume(
    'refresh',
    async ({ id }) => {
      taken.push(id);
      return done;
    },
    { connection, prefix: '{t}' },
  );
  await eventually(() => ring('ref_1'));
  await eventually(() => expect(taken).toEqual(['ref_1']));
  proxy.blackholeExisting();
  await eventually(() => ring('ref_2'));
  await eventually(() => expect(taken).toEqual(['ref_1', 'ref_2']), { withinMs: 40_000 });
  await consumer.close(500);
  connection.disconnect();
  await proxy.close();
  await end();
});

story('a worker to which its Redis gives no jobs any more, though they wait, says so once', async () => {
  const { redis, ring, end } = await stage({ consume: false, long: true });
  const admin = redisProducer(redis.url);
  await whenReady(admin, 5_000);
  await eventually(() => admin.acl('SETUSER', 'worker', 'on', '>word', '~*', '&*', '+@all'));
  const address = new URL(redis.url);
  [address.username, address.password] = ['worker', 'word'];
  const connection = redisWorker(address.href);
  const taken: string[] = [];
  const deaf: string[] = [];
  const handler: Handler<'refresh'> = async ({ id }) => {
    taken.push(id);
    return done;
  };
  const onDeaf = (because: string) => deaf.push(because);
  const consumer = consume('refresh', handler, { connection, prefix: '{t}', onDeaf });
  await eventually(() => ring('ref_1'));
  await eventually(() => expect(taken).toEqual(['ref_1']));
  // BullMQ takes jobs by scripts that Redis knows already.
  await eventually(() => admin.acl('SETUSER', 'worker', '-evalsha'));
  await eventually(() => ring('ref_2'));
  await eventually(() => expect(deaf).toEqual([expect.stringContaining('jobs of refresh')]), { withinMs: 60_000 });
  expect(taken).toEqual(['ref_1']);
  await consumer.close(500);
  connection.disconnect();
  admin.disconnect();
  await end();
});
