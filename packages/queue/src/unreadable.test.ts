import { redisProducer, redisWorker, whenReady } from '@freshet/runtime';
import { eventually, testRedis } from '@freshet/testing';
import express from 'express';
import type { Redis } from 'ioredis';
import request from 'supertest';
import { bullBoard } from './board.ts';
import { queuesOf } from './producer.ts';
import { type Consumer, consume, createProducer, done, type GaveUp, type Producer } from './index.ts';

/** Jobs that somebody else wrote into Redis, so that BullMQ itself can't read them. */
const server = testRedis();
const client = redisProducer(server.url);
const waiting = redisWorker(server.url);
let prefix: string;
let producer: Producer;
let consumer: Consumer | undefined;
let run = 0;

beforeAll(() => whenReady(client, 5_000));
beforeEach(() => {
  run += 1;
  prefix = `{${server.prefix}-${run}}`;
  producer = createProducer({ connection: client, prefix, lanes: ['yahoo'] });
});
afterEach(async () => {
  await consumer?.close(500);
  consumer = undefined;
  await producer.close();
});
afterAll(async () => {
  for (const each of [client, waiting]) each.disconnect();
  await server.cleanup();
});

const spoilt: Record<string, Record<string, string>> = {
  data: { data: '{bad', opts: '{}' },
  opts: { data: '{"refreshId":"ref_1"}', opts: 'null' },
  numbers: { data: '{"refreshId":"ref_1"}', opts: '{"attempts":NaN}' },
  progress: { data: '{"refreshId":"ref_1"}', opts: '{}', progress: '{' },
  parent: { data: '{"refreshId":"ref_1"}', opts: '{}', parent: '{' },
};

async function put(redis: Redis, queue: string): Promise<string[]> {
  const base = `${prefix}:${queue}:`;
  for (const [id, fields] of Object.entries(spoilt)) {
    await redis.hset(`${base}${id}`, { name: 'x', timestamp: 1, delay: 0, priority: 0, ...fields });
  }
  await redis.set(`${base}none`, 'no job at all');
  return [...Object.keys(spoilt), 'none'].sort();
}

const board = () => request(express().use('/b', bullBoard({ producer, basePath: '/b', readOnly: true })));

test.each(['refresh', 'fetch-yahoo'] as const)(
  'in %s they are refused like any other stranger, and what comes behind them is worked',
  async (queue) => {
    const ids = await put(client, queue);
    await client.lpush(`${prefix}:${queue}:wait`, ...ids);
    if (queue === 'refresh') await producer.ringRefreshes([{ id: 'ref_2', rank: 10 }]);
    else await producer.ringLane('yahoo', 1);
    const gaveUp: GaveUp[] = [];
    const handled: unknown[] = [];
    consumer = consume(
      queue,
      async ({ data }) => {
        handled.push(data);
        return done;
      },
      { connection: waiting, prefix, onGaveUp: (job) => gaveUp.push(job) },
    );
    await eventually(() => expect(gaveUp.map(({ id }) => id).sort()).toEqual(ids), { withinMs: 60_000, everyMs: 100 });
    await eventually(() => expect(handled).toEqual([queue === 'refresh' ? { refreshId: 'ref_2' } : {}]));
    const rest = await producer.failedJobs({ limit: 10 });
    expect(rest.map(({ jobId }) => jobId).sort()).toEqual(ids);
    for (const { error, data } of rest) {
      expect([error, data]).toEqual([`refused: not what a job of ${queue} carries`, { unreadable: true }]);
    }
    expect(await client.llen(`${prefix}:${queue}:active`)).toBe(0);
    await board().get(`/b/api/queues?activeQueue=${queue}&status=failed`).expect(200);
  },
  90_000,
);

test('where nobody takes them they hide no other from the board and the failed list, and can be retried and removed', async () => {
  const ids = (await put(client, 'refresh')).filter((id) => id !== 'none');
  await client.zadd(`${prefix}:refresh:failed`, ...ids.flatMap((id) => [1, id]));
  await client.lpush(`${prefix}:refresh:wait`, 'none');
  await producer.ringRefreshes([{ id: 'ref_2', rank: 10 }]);
  const { body } = await board().get('/b/api/queues?activeQueue=refresh&status=latest').expect(200);
  const refresh = (body.queues as { name: string; jobs: { id: string }[] }[]).find(({ name }) => name === 'refresh');
  expect(refresh?.jobs.map(({ id }) => id).sort()).toEqual([...ids, 'none', 'ref_2'].sort());
  expect(await producer.queueStats()).toContainEqual(expect.objectContaining({ queue: 'refresh', failed: ids.length }));
  expect((await producer.failedJobs({ limit: 10 })).length).toBe(ids.length);
  expect(await producer.retryFailed('refresh~opts')).toEqual({ refreshId: null, deliveryId: null });
  expect(await producer.drainFailed()).toBe(ids.length - 1);
});

test('who names neither kinds nor places gets every job, also where one can’t be read', async () => {
  await producer.ringRefreshes(['ref_1', 'ref_2', 'ref_3'].map((id) => ({ id, rank: 10 })));
  await client.set(`${prefix}:refresh:none`, 'no job at all');
  await client.lpush(`${prefix}:refresh:wait`, 'none');
  const ids = (types?: 'prioritized') =>
    queuesOf(producer).with('refresh', async (queue) => (await queue.getJobs(types)).map(({ id }) => id).sort());
  expect(await ids()).toEqual(['none', 'ref_1', 'ref_2', 'ref_3']);
  expect(await ids('prioritized')).toEqual(['ref_1', 'ref_2', 'ref_3']);
});

describe('what is no job and stands among those that failed', () => {
  beforeEach(async () => {
    const [no, job] = [`${prefix}:refresh:`, `${prefix}:deliver:`];
    await client.set(`${no}none`, 'no job at all');
    await client.set(`${no}pc`, '7');
    await client.zadd(`${no}failed`, 1, 'none', 1, 'pc', 1, 'gone');
    const data = JSON.stringify({ deliveryId: 'dlv_1' });
    await client.hset(`${job}dlv_1`, { name: 'deliver', data, opts: '{}', timestamp: 1, delay: 0, priority: 0 });
    await client.zadd(`${job}failed`, 1, 'dlv_1');
  });
  afterEach(async () => {
    expect(await client.exists(`${prefix}:refresh:failed`, `${prefix}:refresh:none`)).toBe(0);
    // It is the queue's own, whoever named it a job.
    expect(await client.get(`${prefix}:refresh:pc`)).toBe('7');
  });

  test('leaves with a retry of all, and keeps no other back', async () => {
    expect(await producer.retryAllFailed()).toEqual([{ refreshId: null, deliveryId: 'dlv_1' }]);
  });

  test('leaves when they are drained', async () => {
    expect(await producer.drainFailed()).toBe(4);
  });
});

test('a job that can’t be retried keeps no other back, in its queue or behind it', async () => {
  for (const [queue, id] of [
    ['refresh', 'ref_1'],
    ['deliver', 'dlv_1'],
    ['deliver', 'dlv_2'],
  ] as const) {
    const data = JSON.stringify(queue === 'refresh' ? { refreshId: id } : { deliveryId: id });
    const fields = { name: queue, data, opts: '{}', timestamp: 1, delay: 0, priority: 0 };
    await client.hset(`${prefix}:${queue}:${id}`, fields);
    await client.zadd(`${prefix}:${queue}:failed`, 1, id);
  }
  const before = ({ deliveryId }: { deliveryId: string | null }) =>
    deliveryId === 'dlv_2' ? Promise.resolve() : Promise.reject(new Error('no room'));
  expect(await producer.retryAllFailed({ before })).toEqual([{ refreshId: null, deliveryId: 'dlv_2' }]);
  expect((await producer.failedJobs({ limit: 9 })).map(({ id }) => id).sort()).toEqual([
    'deliver~dlv_1',
    'refresh~ref_1',
  ]);
});
