import { createMetrics, redisSubscriber, whenReady } from '@freshet/runtime';
import { eventually } from '@freshet/testing';
import { begin, clear, prefix, process, redis, sleep, source, type Source } from './cache.fixture.ts';
import { cacheMetrics, createCache, tagsOf } from './index.ts';

beforeEach(begin);
afterEach(clear);
afterAll(() => redis.cleanup());

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

test('a change names the narrowest thing that it touches', () => {
  const change = { type: 'quotes', user_id: null, portfolio_id: null, operation: 'update' };
  expect(tagsOf(change)).toEqual(['type:quotes']);
  expect(tagsOf({ ...change, user_id: 'usr_1' })).toEqual(['user:usr_1']);
  expect(tagsOf({ ...change, user_id: 'usr_1', portfolio_id: 'pf_1' })).toEqual(['portfolio:pf_1']);
});
