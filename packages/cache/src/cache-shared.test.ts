import { eventually } from '@freshet/testing';
import type { Redis } from 'ioredis';
import { begin, clear, open, prefix, process, redis, sent, source } from './cache.fixture.ts';
import { type Cache, createCache } from './index.ts';

beforeEach(begin);
afterEach(clear);
afterAll(() => redis.cleanup());

describe('several processes', () => {
  test('what one has computed the others find in Redis', async () => {
    const [first, second] = [await process(), await process()];
    const it = source();
    await first.get('k', it.recipe);
    await eventually(async () => expect(await redis.client().exists(`${prefix}:answer:k`)).toBe(1));
    expect(await second.get('k', it.recipe)).toBe(1);
    expect(it.loads).toBe(1);
  });

  test('what comes from Redis is no younger for it, and is served like an own one when computing fails', async () => {
    const first = await process();
    const [second, third] = [1, 2].map(() =>
      createCache({ redis: open[0]?.clients[0] as Redis, subscriber: null, prefix }),
    ) as [Cache, Cache];
    const it = source();
    await first.get('k', it.recipe);
    await eventually(async () => expect(await redis.client().exists(`${prefix}:answer:k`)).toBe(1));
    const { now } = Date;
    try {
      Date.now = () => now() + 40_000;
      expect([await second.get('k', it.recipe), it.loads]).toEqual([1, 1]);
      Date.now = () => now() + 70_000;
      it.broken = true;
      expect(await second.get('k', it.recipe)).toBe(1);
      await eventually(() => expect(it.loads).toBe(2));
      expect(await third.get('k', it.recipe)).toBe(1);
    } finally {
      Date.now = now;
    }
    for (const cache of [second, third]) cache.close();
  });

  test('an answer that is on its way from Redis when it is ended is not taken', async () => {
    const [first, second] = [await process(), await process()];
    const it = source(['user:usr_1'], { strict: true });
    await first.get('k', it.recipe);
    await eventually(async () => expect(await redis.client().exists(`${prefix}:answer:k`)).toBe(1));
    it.value = 2;
    const early = second.get('k', it.recipe);
    second.invalidated(['user:usr_1'], { epoch: 1, number: 17 });
    expect(await early).toBe(2);
    expect(await second.get('k', it.recipe)).toBe(2);
  });

  test('a change that one makes is heard by all, memory included', async () => {
    const all = [await process(), await process(), await process()];
    const it = source(['user:usr_1'], { strict: true });
    for (const cache of all) {
      await cache.get('k', it.recipe);
      await sent();
    }
    it.value = 2;
    await all[0]?.invalidate(['user:usr_1']);
    for (const cache of all) {
      await eventually(async () => expect(await cache.get('k', it.recipe)).toBe(2));
      await sent();
    }
    expect(it.loads).toBeLessThanOrEqual(3);
  });

  test('a change that was only read from the event log ends it as well, also in Redis', async () => {
    const [first, second] = [await process(), await process()];
    const it = source(['user:usr_1'], { strict: true });
    await first.get('k', it.recipe);
    it.value = 2;
    for (const cache of [first, second]) cache.invalidated(['user:usr_1'], { epoch: 1, number: 17 });
    expect(await first.get('k', it.recipe)).toBe(2);
    await eventually(async () => expect(await second.get('k', it.recipe)).toBe(2));
  });

  test('a change of very many things ends the last of them too', async () => {
    const [first, second] = [await process(), await process()];
    const it = source(['user:usr_1'], { strict: true });
    await first.get('k', it.recipe);
    await eventually(async () => expect(await redis.client().exists(`${prefix}:answer:k`)).toBe(1));
    it.value = 2;
    const symbols = Array.from({ length: 500 }, (_, n) => `symbol:S${n}`);
    first.invalidated([...symbols, 'user:usr_1'], { epoch: 1, number: 17 });
    await sent();
    expect(await second.get('k', it.recipe)).toBe(2);
  });

  test('what Redis knows of a change outlives every answer that is ended by it', async () => {
    const [first, second] = [await process(), await process()];
    const it = source(['user:usr_1'], { ttlS: 1_000_000 });
    await first.get('k', it.recipe);
    await eventually(async () => expect(await redis.client().exists(`${prefix}:answer:k`)).toBe(1));
    await second.invalidate(['user:usr_1']);
    const leftS = (key: string) => redis.client().ttl(`${prefix}:${key}`);
    expect(await leftS('tag:user:usr_1')).toBeGreaterThan(await leftS('answer:k'));
  });

  test('one that reads of an earlier change late makes nothing good again that a later one has ended', async () => {
    const [quick, late, third] = [await process(), await process(), await process()];
    const it = source(['user:usr_1'], { strict: true });
    const inRedis = async () => (await open[0]?.clients[0]?.get(`${prefix}:answer:k`)) ?? null;
    quick.invalidated(['user:usr_1'], { epoch: 1, number: 17 });
    await quick.get('k', it.recipe);
    await eventually(async () => expect(await inRedis()).not.toBeNull());
    it.value = 2;
    quick.invalidated(['user:usr_1'], { epoch: 1, number: 18 });
    await sent();
    late.invalidated(['user:usr_1'], { epoch: 1, number: 17 });
    await sent();
    expect(await third.get('k', it.recipe)).toBe(2);
    // The same when the later one was told of by whoever made it.
    it.value = 3;
    await quick.invalidate(['user:usr_1']);
    late.invalidated(['user:usr_1'], { epoch: 1, number: 18 });
    await sent();
    expect(await (await process()).get('k', it.recipe)).toBe(3);
  });

  test('when the log has gone back, all from before is over, and changes end answers by numbers that were given before', async () => {
    const all = [await process(), await process()];
    const it = source(['user:usr_1'], { strict: true });
    const other = source(['user:usr_2'], { strict: true });
    all[0]?.invalidated(['user:usr_1'], { epoch: 1, number: 17 });
    for (const cache of all) await cache.get('k', it.recipe);
    await all[0]?.get('other', other.recipe);
    await eventually(async () => expect(await redis.client().exists(`${prefix}:answer:other`)).toBe(1));
    for (const number of [2, 3]) {
      it.value = number;
      other.value = number;
      if (number === 2) for (const cache of all) cache.entered(2);
      else for (const cache of all) cache.invalidated(['user:usr_1', 'user:usr_2'], { epoch: 2, number: 9 });
      await sent();
      for (const cache of [...all, await process()]) {
        expect([await cache.get('k', it.recipe), await cache.get('other', other.recipe)]).toEqual([number, number]);
      }
    }
    // One that is late with what it read before.
    all[1]?.entered(1);
    all[1]?.invalidated(['user:usr_1'], { epoch: 1, number: 18 });
    it.value = 4;
    await sent();
    expect(await (await process()).get('k', it.recipe)).toBe(3);
  });
});

test('an answer that isn’t shared is kept in memory and not in Redis, by what it is or by its recipe', async () => {
  const [here, there] = [await process(), await process()];
  const never = source([], { shared: false });
  const fewer = source([], { shared: (answer) => answer > 1 });
  for (const cache of [here, here, there]) {
    await cache.get('never', never.recipe);
    await cache.get('fewer', fewer.recipe);
  }
  expect([never.loads, fewer.loads]).toEqual([2, 2]);
  fewer.value = 2;
  await here.get('more', fewer.recipe);
  await sent();
  await there.get('more', fewer.recipe);
  expect(fewer.loads).toBe(3);
});
