import { createMetrics, redisProducer, redisSubscriber, whenReady } from '@freshet/runtime';
import { eventually, faultyProxy, ownRedis, testRedis } from '@freshet/testing';
import type { Redis } from 'ioredis';
import { type Cache, cacheMetrics, createCache, type Recipe, tagsOf } from './index.ts';

const redis = testRedis();
const open: { cache: Cache; clients: Redis[] }[] = [];
let run = 0;
let prefix = '';

beforeEach(() => {
  run += 1;
  prefix = `${redis.prefix}-${run}`;
});
afterEach(() => {
  for (const { cache, clients } of open.splice(0)) {
    cache.close();
    for (const client of clients) client.disconnect();
  }
});
afterAll(() => redis.cleanup());

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A process with a cache. */
async function process(url = redis.url, subscriberUrl = url): Promise<Cache> {
  const clients = [redisProducer(url), redisSubscriber(subscriberUrl)] as const;
  const cache = createCache({ redis: clients[0], subscriber: clients[1], prefix });
  open.push({ cache, clients: [...clients] });
  await Promise.all(clients.map((client) => whenReady(client, 5_000)));
  // Answered behind what it asked for before: it listens.
  await clients[1].ping();
  return cache;
}

/** What the processes have sent to Redis without waiting is done: a connection answers in order. */
const sent = () => Promise.all(open.map(({ clients }) => clients[0]?.ping()));

/** Something that changes, and how often it was computed. */
interface Source {
  value: number;
  loads: number;
  slowMs: number;
  broken: boolean;
  recipe: Recipe<number>;
}

function source(tags = ['portfolio:pf_1'], terms: Partial<Recipe<number>> = {}): Source {
  const self: Source = {
    value: 1,
    loads: 0,
    slowMs: 0,
    broken: false,
    recipe: {
      ttlS: 60,
      staleS: 60,
      tags,
      async load() {
        self.loads += 1;
        const seen = self.value;
        if (self.slowMs) await sleep(self.slowMs);
        if (self.broken) throw new Error('database is down');
        return seen;
      },
      ...terms,
    },
  };
  return self;
}

describe('one process', () => {
  test('however many ask at once, the answer is computed once and then held', async () => {
    const cache = await process();
    const it = source();
    it.slowMs = 30;
    const answers = await Promise.all(Array.from({ length: 50 }, () => cache.get('k', it.recipe)));
    expect(new Set(answers)).toEqual(new Set([1]));
    expect(await cache.get('k', it.recipe)).toBe(1);
    expect(it.loads).toBe(1);
  });

  test('an answer past its time is still served while the new one is computed', async () => {
    const cache = await process();
    const it = source([], { ttlS: 0.05, staleS: 60 });
    await cache.get('k', it.recipe);
    await sleep(80);
    it.value = 2;
    it.slowMs = 50;
    expect(await cache.get('k', it.recipe)).toBe(1);
    await eventually(async () => expect(await cache.get('k', it.recipe)).toBe(2));
  });

  test('when computing fails the last good answer is served, and without one the error is the answer', async () => {
    const cache = await process();
    const it = source();
    it.broken = true;
    await expect(cache.get('k', it.recipe)).rejects.toThrow('database is down');
    it.broken = false;
    await cache.get('k', it.recipe);
    it.broken = true;
    await cache.invalidate(['portfolio:pf_1']);
    await sleep(1_100);
    expect(await cache.get('k', it.recipe)).toBe(1);
  });

  test('a change ends what it touches and nothing else', async () => {
    const cache = await process();
    const [mine, other] = [source(['portfolio:pf_1'], { strict: true }), source(['portfolio:pf_2'], { strict: true })];
    await cache.get('mine', mine.recipe);
    await cache.get('other', other.recipe);
    mine.value = 2;
    await cache.invalidate(['portfolio:pf_1']);
    expect(await cache.get('mine', mine.recipe)).toBe(2);
    expect(await cache.get('other', other.recipe)).toBe(1);
    expect(other.loads).toBe(1);
  });

  test('after a change the old answer may be served for the moment in which the new one is computed, but not later', async () => {
    const cache = await process();
    const it = source();
    await cache.get('k', it.recipe);
    it.value = 2;
    await cache.invalidate(['portfolio:pf_1']);
    expect(await cache.get('k', it.recipe)).toBe(1);
    await eventually(async () => expect(await cache.get('k', it.recipe)).toBe(2));
    it.value = 3;
    await cache.invalidate(['portfolio:pf_1']);
    await sleep(550);
    // One more change gives it no more time.
    await cache.invalidate(['portfolio:pf_1']);
    await sleep(500);
    expect(await cache.get('k', it.recipe)).toBe(3);
  });

  test('an answer that was computed from what was before a change is not held after it', async () => {
    const [cache, elsewhere] = [await process(), await process()];
    const it = source(['portfolio:pf_1'], { strict: true });
    it.slowMs = 60;
    const early = cache.get('k', it.recipe);
    await eventually(() => expect(it.loads).toBe(1), { everyMs: 1 });
    it.value = 2;
    await cache.invalidate(['portfolio:pf_1']);
    it.slowMs = 0;
    expect(await cache.get('k', it.recipe)).toBe(2);
    expect(await early).toBe(1);
    expect(await cache.get('k', it.recipe)).toBe(2);
    expect(await elsewhere.get('k', it.recipe)).toBe(2);
  });

  test('nor does it take the place of one that was computed since', async () => {
    const cache = await process();
    const it = source();
    it.slowMs = 60;
    const early = cache.get('k', it.recipe);
    await eventually(() => expect(it.loads).toBe(1), { everyMs: 1 });
    it.value = 2;
    it.slowMs = 0;
    await cache.invalidate(['portfolio:pf_1']);
    expect(await cache.get('k', it.recipe)).toBe(2);
    expect(await early).toBe(1);
    expect(await cache.get('k', it.recipe)).toBe(2);
  });

  test('an answer that is computed while everything ends is neither held nor waited for', async () => {
    const cache = await process();
    const it = source(['portfolio:pf_1'], { strict: true });
    it.slowMs = 60;
    const early = cache.get('k', it.recipe);
    await eventually(() => expect(it.loads).toBe(1), { everyMs: 1 });
    it.value = 2;
    it.slowMs = 0;
    cache.entered(1);
    expect(await cache.get('k', it.recipe)).toBe(2);
    expect(await early).toBe(1);
    expect(await cache.get('k', it.recipe)).toBe(2);
  });

  test('what it hears of all changes, or makes them alone, it holds for its time without looking again', async () => {
    const listens = redisSubscriber(redis.url);
    await whenReady(listens, 5_000);
    const caches = [null, listens].map((subscriber) => createCache({ redis: null, subscriber, prefix }));
    const its = caches.map(() => source());
    const ask = () => Promise.all(caches.map((cache, n) => cache.get('k', (its[n] as Source).recipe)));
    await listens.ping();
    await ask();
    await sleep(1_050);
    await ask();
    expect(its.map(({ loads }) => loads)).toEqual([1, 1]);
    for (const cache of caches) cache.close();
    listens.disconnect();
  });

  test('an answer that is good for no time at all is computed for each who asks', async () => {
    const alone = createCache({ redis: null, subscriber: null, prefix });
    const it = source(undefined, { ttlS: 0, staleS: 0 });
    for (const cache of [alone, await process()]) {
      for (it.value = 1; it.value < 3; it.value++) expect(await cache.get('k', it.recipe)).toBe(it.value);
    }
    alone.close();
  });

  test('what is asked least leaves first', async () => {
    const cache = createCache({ redis: null, subscriber: null, prefix, maxEntries: 2 });
    const [a, b, c] = [source(), source(), source()];
    await cache.get('a', a.recipe);
    await cache.get('b', b.recipe);
    await cache.get('a', a.recipe);
    await cache.get('c', c.recipe);
    await cache.get('a', a.recipe);
    await cache.get('b', b.recipe);
    expect([a.loads, b.loads, c.loads]).toEqual([1, 2, 1]);
    cache.close();
  });

  test('hits, misses and failures are counted', async () => {
    const metrics = createMetrics('test', { own: false });
    const cache = createCache({ redis: null, subscriber: null, prefix, metrics: cacheMetrics(metrics) });
    const it = source();
    await cache.get('k', it.recipe);
    await cache.get('k', it.recipe);
    const text = await metrics.text();
    expect(text).toMatch(/freshet_cache_hits_total\{tier="memory",process="test"\} 1/);
    expect(text).toMatch(/freshet_cache_misses_total\{process="test"\} 1/);
    cache.close();
  });
});

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

  test('a process that was cut off trusts nothing from before, for it can’t know what it missed', async () => {
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
    proxy.pass();
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
    const server = await ownRedis();
    const cache = await process(server.url);
    await server.stop();
    const it = source();
    expect(await cache.get('k', it.recipe)).toBe(1);
    expect(await cache.get('k', it.recipe)).toBe(1);
    expect(it.loads).toBe(1);
    it.value = 2;
    await sleep(1_050);
    expect(await cache.get('k', it.recipe)).toBe(2);
    await server.remove();
  });

  test('a change that Redis could not be told of is told when it is back, before its old answers can be taken for good', async () => {
    const server = await ownRedis();
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
    await server.remove();
  });

  test.each<[string, (cache: Cache) => void]>([
    ['made', (cache) => void cache.invalidate(['user:usr_1'])],
    ['read of', (cache) => cache.invalidated(['user:usr_1'], { epoch: 1, number: 17 })],
  ])('a change that was %s while a Redis that hung is left alone is told it afterwards', async (_how, change) => {
    const server = await ownRedis();
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
    await server.remove();
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
    const server = await ownRedis();
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
    await server.remove();
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

test('a change names the narrowest thing that it touches', () => {
  const change = { type: 'quotes', user_id: null, portfolio_id: null, operation: 'update' };
  expect(tagsOf(change)).toEqual(['type:quotes']);
  expect(tagsOf({ ...change, user_id: 'usr_1' })).toEqual(['user:usr_1']);
  expect(tagsOf({ ...change, user_id: 'usr_1', portfolio_id: 'pf_1' })).toEqual(['portfolio:pf_1']);
});

test('answers take no more memory than they may together, and one that is too large is not held', async () => {
  const cache = createCache({ redis: null, subscriber: null, prefix, maxBytes: 100_000 });
  let loads = 0;
  const read = (key: string, chars = 10_000) => {
    const load = async () => {
      loads += 1;
      return 'x'.repeat(chars);
    };
    return cache.get(key, { ttlS: 60, staleS: 60, tags: ['long'], load });
  };
  for (let i = 0; i < 100; i++) await read(`long:${i}`);
  await read('long:99');
  expect(loads).toBe(100);
  await read('long:0');
  expect(loads).toBe(101);
  for (let i = 0; i < 2; i++) await read('too long', 100_000);
  expect(loads).toBe(103);
  await cache.invalidate(['long']);
  cache.close();
});

test('a change still ends what is held when others of its tag have left', async () => {
  const cache = createCache({ redis: null, subscriber: null, prefix, maxEntries: 2 });
  const [left, held, newest] = [1, 2, 3].map(() => source(['type:quotes'], { strict: true })) as [
    Source,
    Source,
    Source,
  ];
  await cache.get('left', left.recipe);
  await cache.get('held', held.recipe);
  await cache.get('newest', newest.recipe);
  held.value = 2;
  await cache.invalidate(['type:quotes']);
  expect(await cache.get('held', held.recipe)).toBe(2);
  cache.close();
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
