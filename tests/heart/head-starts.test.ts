import { setTimeout as sleep } from 'node:timers/promises';
import { all, type Called, itemsOf, recordOf, type Said, startHeart } from './heart.ts';

/** Whoever plans a refresh makes its first call itself, without the way over the lane's queue. Crypto, so that the clock is no matter. */
let answer: (called: Called) => Said | Promise<Said>;
let refused: { forMs: number; kind: 'quota_spent' } | null;
const heart = await startHeart(() => [
  { name: 'yahoo', batch: 10, answer: (called) => answer(called), refuses: () => refused },
]);

beforeEach(async () => {
  await heart.clear();
  heart.startsAhead = true;
  answer = all('10');
  refused = null;
});

const COINS = ['BTC-USD', 'ETH-USD', 'SOL-USD'];
const coins = (n: number) => Array.from({ length: n }, (_, i) => `C${String(i).padStart(3, '0')}-USD`);

test('what fits one call is planned, fetched and ended by one job', async () => {
  const id = await heart.ask('prices', { symbols: COINS });
  expect(await heart.step('refresh')).toBe(true);
  expect(heart.calls).toEqual([{ provider: 'yahoo', data: 'quote', symbols: COINS }]);
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 3 });
  expect(await heart.step('fetch-yahoo')).toBe(false);
});

test('it claims along with the plan, and has no need to claim again', async () => {
  const { record } = heart.world;
  const { claim } = record;
  const claimed: string[] = [];
  record.claim = (lane, ...more) => {
    claimed.push(lane);
    return claim(lane, ...more);
  };
  // The plan itself is the only one.
  heart.world.lanes.planning = () => 1;
  const id = await heart.ask('prices', { symbols: COINS });
  await heart.step('refresh');
  expect(claimed).toEqual([]);
  // Where others are planned at the same moment it waits for their company, as any call does.
  heart.world.lanes.planning = () => 2;
  await heart.ask('prices', { symbols: COINS, max_age_s: 0 });
  await heart.step('refresh');
  expect(claimed).toEqual(['yahoo']);
  heart.world.lanes.planning = () => 0;
  record.claim = claim;
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 3 });
  expect(heart.calls).toHaveLength(2);
});

test('its grant may come a moment after the rest of the plan is written; one that takes longer goes back', async () => {
  const { world } = heart;
  const { commitPlan } = world.record;
  const { take } = world.asker;
  const { pause } = world;
  const claimed: number[] = [];
  /** Ends when the grant is to come; each plan has its own. */
  let due = Promise.withResolvers<void>();
  world.pause = (forMs) => sleep(forMs);
  world.asker.take = async (...ask) => {
    await due.promise;
    return take(...ask);
  };
  const planWhereGrantComes = async (afterMs: number) => {
    world.record.commitPlan = async (plan, first) => {
      const claim = async () => {
        const asked = first?.claim() ?? null;
        setTimeout(due.resolve, afterMs);
        return asked;
      };
      const planned = await commitPlan(plan, first && { ...first, claim });
      claimed.push(planned?.claims.length ?? 0);
      return planned;
    };
    const id = await heart.ask('prices', { symbols: COINS, max_age_s: 0 });
    await heart.step('refresh');
    due = Promise.withResolvers();
    return recordOf(heart.pool, id);
  };
  expect(await planWhereGrantComes(0)).toMatchObject({ status: 'success', prices: 3 });
  expect([...claimed, heart.given.back]).toEqual([3, 0]);
  expect(await planWhereGrantComes(50)).toMatchObject({ status: 'success', prices: 3 });
  expect([...claimed, heart.given.back]).toEqual([3, 0, 1]);
  [world.pause, world.asker.take, world.record.commitPlan] = [pause, take, commitPlan];
});

test('where the quota pays for less than all, it claims no more than that along with the plan, and rings for the rest', async () => {
  const { lanes, asker } = heart.world;
  const [{ of }, { take }] = [lanes, asker];
  const asked: object[] = [];
  lanes.of = (name) => ({ ...of(name), cost: (_data, symbols) => symbols });
  asker.take = async (lane, { cost, atLeast, rank }) => {
    asked.push({ cost, atLeast });
    return take(lane, { cost: Math.max(atLeast, Math.min(cost, 2)), atLeast, rank });
  };
  const id = await heart.ask('prices', { symbols: COINS });
  await heart.step('refresh');
  const first = [...heart.calls];
  await heart.work();
  [lanes.of, asker.take] = [of, take];
  expect(asked[0]).toEqual({ cost: 3, atLeast: 1 });
  expect(first.map(({ symbols }) => symbols.length)).toEqual([2]);
  expect(heart.calls.map(({ symbols }) => symbols.length)).toEqual([2, 1]);
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 3 });
});

test('a plan that fails on its own account has taken no grant by then', async () => {
  const { lanes, asker } = heart.world;
  const [{ estimate }, { take }] = [lanes, asker];
  let taken = 0;
  asker.take = (...ask) => {
    taken++;
    return take(...ask);
  };
  lanes.estimate = () => {
    throw new Error('no estimate');
  };
  await heart.ask('prices', { symbols: COINS });
  await expect(heart.step('refresh')).rejects.toThrow('no estimate');
  [lanes.estimate, asker.take] = [estimate, take];
  expect(taken).toBe(heart.given.back);
});

test('it claims nothing with a plan behind which a more urgent one is about to come: its grant goes back', async () => {
  const low = await heart.ask('prices', { symbols: COINS });
  const high = await heart.ask('prices', { symbols: ['DOGE-USD'] }, { role: 'admin' });
  await heart.step('refresh');
  expect(heart.given.back).toBe(1);
  await heart.work();
  for (const id of [low, high]) expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success' });
});

test('where others were quicker, it looks what there is instead', async () => {
  heart.startsAhead = false;
  await heart.ask('prices', { symbols: ['HIST-USD'], mode: 'full' });
  await heart.step('refresh');
  await heart.step('fetch-yahoo');
  const { record } = heart.world;
  const { commitPlan } = record;
  record.commitPlan = async (plan) => {
    const planned = await commitPlan(plan, null);
    await record.claim('yahoo', 'another', { data: 'quote', limit: 10, byAge: false });
    return planned;
  };
  heart.startsAhead = true;
  await heart.ask('prices', { symbols: COINS });
  await heart.step('refresh');
  record.commitPlan = commitPlan;
  expect(heart.calls.map(({ data, symbols }) => [data, ...symbols])).toEqual([
    ['quote', 'HIST-USD'],
    ['bars', 'HIST-USD'],
  ]);
  expect(heart.given.back).toBe(1);
});

test('what does not fit is rung for', async () => {
  const id = await heart.ask('prices', { symbols: coins(25) });
  await heart.step('refresh');
  expect(heart.calls).toHaveLength(1);
  await heart.work();
  expect(heart.calls.map(({ symbols }) => symbols.length)).toEqual([10, 10, 5]);
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 25 });
});

test('refused by the quota, it leaves a job in the lane that is parked, and holds nothing', async () => {
  refused = { forMs: 1_000, kind: 'quota_spent' };
  const id = await heart.ask('prices', { symbols: COINS });
  await heart.step('refresh');
  const { rows } = await heart.pool.query('select call_id from wants');
  expect(rows).toEqual(COINS.map(() => ({ call_id: null })));
  expect(await heart.step('fetch-yahoo')).toBe(true);
  expect(heart.parked.get('yahoo')).toBe(1_000);
  refused = null;
  heart.parked.clear();
  await heart.work();
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 3 });
  expect(heart.calls).toHaveLength(1);
});

test('trouble that may pass is left to a job of the lane, with its three attempts and its place in the failed queue', async () => {
  answer = () => ({ errors: new Map([[null, { kind: 'unavailable' as const }]]) });
  const id = await heart.ask('prices', { symbols: COINS });
  await heart.step('refresh');
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'in_progress', open: 3 });
  await heart.work();
  expect(heart.calls).toHaveLength(4);
  expect(heart.failed.map(({ queue }) => queue)).toEqual(['fetch-yahoo']);
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'failed', failed: 3 });
});

test('who cancels in the middle of it stops nothing that others wait for', async () => {
  const first = await heart.ask('prices', { symbols: COINS }, { userId: 'usr_a', role: 'user' });
  let second = '';
  answer = async (called) => {
    second = await heart.ask('prices', { symbols: ['ETH-USD'] }, { userId: 'usr_b', role: 'user' });
    await heart.step('refresh');
    await heart.cancel(first, 'usr_a');
    return all('10')(called);
  };
  await heart.step('refresh');
  await heart.work();
  expect(await recordOf(heart.pool, first)).toMatchObject({ status: 'cancelled' });
  expect(await recordOf(heart.pool, second)).toMatchObject({ status: 'success', prices: 1 });
});

test('killed in the middle of it, the job frees what it held when it runs again; the late answer of the dead has no effect', async () => {
  const id = await heart.ask('prices', { symbols: COINS });
  let late: (said: Said) => void = () => {};
  const begun = new Promise<void>((resolve) => {
    answer = (called) => {
      resolve();
      if (heart.calls.length > 1) return all('20')(called);
      return new Promise((tell) => {
        late = tell;
      });
    };
  });
  const dead = heart.step('refresh');
  await begun;
  await heart.world.ring.refreshes([{ id, rank: 10 }]);
  await heart.work();
  expect(await recordOf(heart.pool, id)).toMatchObject({ status: 'success', prices: 3 });
  late(all('10')({ provider: 'yahoo', data: 'quote', symbols: COINS }));
  await dead;
  expect(heart.calls).toHaveLength(2);
  expect((await itemsOf(heart.pool, id)).map(({ state }) => state)).toEqual(['updated', 'updated', 'updated']);
  const { rows } = await heart.pool.query('select distinct trim_scale(price)::text as price from latest_quotes');
  expect(rows).toEqual([{ price: '20' }]);
});

test('nobody starves for it: history that waits gets the tenth call of a steady stream of urgent quotes', async () => {
  refused = { forMs: 1_000, kind: 'quota_spent' };
  const low = await heart.ask('prices', { symbols: ['PATIENT-USD'], mode: 'full' });
  await heart.step('refresh');
  refused = null;
  for (let i = 0; i < 10; i++) {
    await heart.ask('prices', { symbols: [`URGENT${i}-USD`] }, { role: 'admin' });
    await heart.step('refresh');
  }
  expect(heart.calls.filter(({ data }) => data === 'bars')).toMatchObject([{ symbols: ['PATIENT-USD'] }]);
  expect(await recordOf(heart.pool, low)).toMatchObject({ status: 'success' });
});
