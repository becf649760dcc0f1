import { redisProducer, whenReady } from '@freshet/runtime';
import { eventually, faultyProxy } from '@freshet/testing';
import type { Redis } from 'ioredis';
import { begin, clear, open, ownServer, prefix, process, redis, sleep, source } from './cache.fixture.ts';
import type { Cache } from './index.ts';

beforeEach(begin);
afterEach(clear);
afterAll(() => redis.cleanup());

describe('a process', () => {
  test('that was cut off trusts nothing from before, for it can’t know what it missed', async () => {
    const proxy = await faultyProxy({ target: redis.url });
    const cut = await process(redis.url, proxy.url);
    const other = await process();
    const it = source(['user:usr_1'], { strict: true });
    await cut.get('k', it.recipe);
    await sleep(1_050);
    await proxy.refuse();
    it.value = 2;
    await other.invalidate(['user:usr_1']);
    await eventually(async () => expect(await cut.get('k', it.recipe)).toBe(2));
    await proxy.close();
  });

  test('nor does one whose line swallows everything, though nobody closed it', async () => {
    const proxy = await faultyProxy({ target: redis.url });
    const cut = await process(redis.url, proxy.url);
    const other = await process();
    const it = source(['user:usr_1'], { strict: true });
    await cut.get('k', it.recipe);
    proxy.blackhole();
    it.value = 2;
    await other.invalidate(['user:usr_1']);
    await eventually(async () => expect(await cut.get('k', it.recipe)).toBe(2));
    await proxy.close();
  });

  test('nor what it computed while it was cut off', async () => {
    const proxy = await faultyProxy({ target: redis.url });
    const cut = await process(redis.url, proxy.url);
    const subscriber = open[0]?.clients[1] as Redis;
    const it = source(['user:usr_1'], { strict: true, shared: false });
    let done = () => {};
    const computed = new Promise<void>((resolve) => (done = resolve));
    const { load } = it.recipe;
    const early = cut.get('k', {
      ...it.recipe,
      async load() {
        const seen = await load();
        await computed;
        return seen;
      },
    });
    await eventually(() => expect(it.loads).toBe(1));
    proxy.resetAll();
    await eventually(() => expect(subscriber.status).not.toBe('ready'), { everyMs: 1 });
    // Changed by another process, which told it meanwhile.
    it.value = 2;
    await whenReady(subscriber, 10_000);
    await subscriber.ping();
    await sleep(1_050);
    done();
    expect(await early).toBe(1);
    expect(await cut.get('k', it.recipe)).toBe(2);
    await proxy.close();
  });

  test('nor does it when it is back', async () => {
    const proxy = await faultyProxy({ target: redis.url });
    const cut = await process(redis.url, proxy.url);
    const other = await process();
    const subscriber = open[0]?.clients[1] as Redis;
    const it = source(['user:usr_1'], { strict: true });
    await cut.get('k', it.recipe);
    await sleep(1_050);
    await proxy.refuse();
    await eventually(() => expect(subscriber.status).not.toBe('ready'));
    it.value = 2;
    await other.invalidate(['user:usr_1']);
    proxy.pass();
    await whenReady(subscriber, 10_000);
    // Answered behind what it asked for when it was ready: it listens again.
    await subscriber.ping();
    expect(await cut.get('k', it.recipe)).toBe(2);
    await proxy.close();
  });
});

describe('without Redis', () => {
  test('memory and loader go on; answers are fresh to the second', async () => {
    const server = await ownServer();
    const cache = await process(server.url);
    await server.stop();
    const it = source();
    expect(await cache.get('k', it.recipe)).toBe(1);
    expect(await cache.get('k', it.recipe)).toBe(1);
    expect(it.loads).toBe(1);
    it.value = 2;
    await sleep(1_050);
    expect(await cache.get('k', it.recipe)).toBe(2);
  });

  test('a change that Redis could not be told of is told when it is back, before its old answers can be taken for good', async () => {
    const server = await ownServer();
    const [first, second] = [await process(server.url), await process(server.url)];
    const it = source(['user:usr_1'], { strict: true });
    await first.get('k', it.recipe);
    const client = redisProducer(server.url);
    await eventually(async () => expect(await client.exists(`${prefix}:answer:k`)).toBe(1));
    await server.stop();
    it.value = 2;
    await first.invalidate(['user:usr_1']);
    await server.start();
    await eventually(async () => expect(await client.exists(`${prefix}:tag:user:usr_1`)).toBe(1));
    expect(await second.get('k', it.recipe)).toBe(2);
    client.disconnect();
  });

  test.each<[string, (cache: Cache) => void]>([
    ['made', (cache) => void cache.invalidate(['user:usr_1'])],
    ['read of', (cache) => cache.invalidated(['user:usr_1'], { epoch: 1, number: 17 })],
  ])('a change that was %s while a Redis that hung is left alone is told it afterwards', async (_how, change) => {
    const server = await ownServer();
    const [first, second] = [await process(server.url), await process(server.url)];
    const it = source(['user:usr_1'], { strict: true });
    const client = redisProducer(server.url);
    await whenReady(client, 5_000);
    await first.get('k', it.recipe);
    await eventually(async () => expect(await client.exists(`${prefix}:answer:k`)).toBe(1));
    await client.client('PAUSE', 1_700);
    await first.get('other', source().recipe);
    it.value = 2;
    await sleep(1_000);
    change(first);
    // It no longer rests, and has yet to tell it.
    await sleep(1_200);
    expect(await first.get('k', it.recipe)).toBe(2);
    await eventually(async () => expect(await client.exists(`${prefix}:tag:user:usr_1`)).toBe(1));
    for (const cache of [first, second]) expect(await cache.get('k', it.recipe)).toBe(2);
    // What it computes goes to Redis again.
    await first.get('later', it.recipe);
    await eventually(async () => expect(await client.exists(`${prefix}:answer:later`)).toBe(1));
    client.disconnect();
  });

  test('a change that Redis refused is told it again', async () => {
    const cache = await process();
    const client = redis.client();
    await client.rpush(`${prefix}:tag:user:usr_1`, 'somebody else’s');
    await cache.invalidate(['user:usr_1']);
    await client.del(`${prefix}:tag:user:usr_1`);
    await eventually(async () => expect(await client.type(`${prefix}:tag:user:usr_1`)).toBe('string'));
  });

  test('of more changes than can be kept for it nothing that Redis holds is taken any more', async () => {
    const server = await ownServer();
    const [first, second] = [await process(server.url), await process(server.url)];
    const it = source(['symbol:S10000'], { strict: true });
    const client = redisProducer(server.url);
    await first.get('k', it.recipe);
    await eventually(async () => expect(await client.exists(`${prefix}:answer:k`)).toBe(1));
    await server.stop();
    it.value = 2;
    await first.invalidate(Array.from({ length: 10_001 }, (_, n) => `symbol:S${n}`));
    await server.start();
    await eventually(async () => expect(await client.exists(`${prefix}:tag:*`)).toBe(1));
    expect(await second.get('k', it.recipe)).toBe(2);
    client.disconnect();
  });

  test('what somebody else put under our keys is no answer', async () => {
    const cache = await process();
    await redis.client().set(`${prefix}:answer:k`, '{"value":');
    await redis.client().set(`${prefix}:answer:l`, '{"value":7}');
    const it = source();
    expect(await cache.get('k', it.recipe)).toBe(1);
    expect(await cache.get('l', it.recipe)).toBe(1);
  });
});
