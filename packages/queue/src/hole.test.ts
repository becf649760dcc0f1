import { setTimeout as sleep } from 'node:timers/promises';
import { redisProducer, redisSubscriber, redisWorker, whenReady } from '@freshet/runtime';
import { eventually, faultyProxy, ownRedis } from '@freshet/testing';
import { consume, createProducer, done, type Outcome } from './index.ts';
import { queuesOf } from './producer.ts';

const prefix = '{t}';
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

test('a lone worker goes on by itself within 10 s of a hole of 15 to 20 s, in which its new connections vanished too', async () => {
  const redis = await ownRedis();
  const line = await faultyProxy({ target: redis.url });
  const sending = redisProducer(redis.url);
  const connection = redisWorker(line.url);
  const subscriber = redisSubscriber(line.url);
  await Promise.all([sending, connection, subscriber].map((client) => whenReady(client, 20_000)));
  const producer = createProducer({ connection: sending, prefix, lanes: ['yahoo'] });
  const runs: string[] = [];
  let isOut = true;
  const options = { connection, subscriber, prefix };
  const consumers = [
    consume(
      'refresh',
      async ({ id }) => {
        runs.push(id);
        if (id === 'ref_before') while (isOut) await sleep(20);
        return done;
      },
      { ...options, concurrency: 4 },
    ),
    consume('fetch-yahoo', async () => (runs.push('call'), done), options),
  ];
  ends.push(
    () => line.pass(),
    () => Promise.all(consumers.map((consumer) => consumer.close(500))),
    () => producer.close(),
    () => [sending, connection, subscriber].map((client) => client.disconnect()),
    () => line.close(),
    () => redis.remove(),
  );
  await producer.ringRefreshes([{ id: 'ref_before', rank: 10 }]);
  await eventually(() => expect(runs).toEqual(['ref_before']));

  line.blackhole();
  await producer.ringRefreshes([{ id: 'ref_meanwhile', rank: 10 }]);
  await producer.ringLane('yahoo', 1);
  // The job that was running ends in the hole, and can't say so.
  isOut = false;
  // The worst moment: it has just noticed, and made a connection that vanishes like the one before.
  await new Promise<void>((resolve) => connection.once('connect', resolve));
  line.pass();
  await eventually(() => expect(runs.toSorted()).toEqual(['call', 'ref_before', 'ref_before', 'ref_meanwhile']), {
    withinMs: 10_000,
  });
  await eventually(async () => {
    const stats = await producer.queueStats();
    expect(stats.map(({ pending, active, failed }) => pending + active + failed)).toEqual(stats.map(() => 0));
  });
  // Cancels are heard again as well.
  await eventually(async () =>
    expect(await sending.pubsub('NUMSUB', `${prefix}:cancel`)).toEqual([`${prefix}:cancel`, 1]),
  );
  expect(runs).toHaveLength(4);
}, 90_000);

test('a job that is given to its own worker again waits until the run that lost its lock has ended', async () => {
  const redis = await ownRedis();
  const sending = redisProducer(redis.url);
  const connection = redisWorker(redis.url);
  await whenReady(sending, 20_000);
  const producer = createProducer({ connection: sending, prefix });
  const begun: ((outcome: Outcome) => void)[] = [];
  const handler = () => new Promise<Outcome>((resolve) => begun.push(resolve));
  const consumer = consume('refresh', handler, { connection, prefix, concurrency: 2 });
  ends.push(
    () => consumer.close(500),
    () => producer.close(),
    () => [sending, connection].map((client) => client.disconnect()),
    () => redis.remove(),
  );
  await eventually(() => producer.ringRefreshes([{ id: 'ref_1', rank: 10 }]));
  await eventually(() => expect(begun).toHaveLength(1));
  const stateOf = () => queuesOf(producer).with('refresh', (queue) => queue.getJobState('ref_1'));

  await sending.del(`${prefix}:refresh:ref_1:lock`);
  await eventually(async () => expect(await stateOf()).toBe('delayed'), { withinMs: 20_000, everyMs: 20 });
  expect(begun).toHaveLength(1);
  expect(consumer.running).toBe(1);
  begun[0]?.(done);
  await eventually(() => expect(begun).toHaveLength(2));
  expect(consumer.running).toBe(1);
  // Its lock is renewed like any other's: more than once through it has 10 s.
  await sleep(11_000);
  expect(await stateOf()).toBe('active');
  begun[1]?.(done);
  await eventually(async () => expect(await stateOf()).toBe('completed'));
  expect(begun).toHaveLength(2);
}, 90_000);

test('a consumer that has never reached Redis ends when it is told to', async () => {
  const connection = redisWorker('redis://127.0.0.1:1');
  ends.push(() => connection.disconnect());
  const consumer = consume('refresh', async () => done, { connection, prefix });
  // By then the worker waits for its own connection as well.
  await new Promise((resolve) => connection.once('reconnecting', resolve));
  await consumer.close(100);
  expect(consumer.running).toBe(0);
});

test('a consumer whose last job has ended ends when it is told to, though Redis says nothing any more', async () => {
  const redis = await ownRedis();
  const line = await faultyProxy({ target: redis.url });
  const sending = redisProducer(redis.url);
  const connection = redisWorker(line.url);
  await Promise.all([sending, connection].map((client) => whenReady(client, 20_000)));
  const producer = createProducer({ connection: sending, prefix });
  const ended: string[] = [];
  const handler = async ({ id }: { id: string }) => {
    line.blackhole();
    ended.push(id);
    return done;
  };
  const consumer = consume('refresh', handler, { connection, prefix });
  ends.push(
    () => producer.close(),
    () => [sending, connection].map((client) => client.disconnect()),
    () => line.close(),
    () => redis.remove(),
  );
  await producer.ringRefreshes([{ id: 'ref_1', rank: 10 }]);
  await eventually(() => expect(ended).toEqual(['ref_1']));
  await consumer.close(600_000);
  expect(consumer.running).toBe(0);
}, 60_000);
