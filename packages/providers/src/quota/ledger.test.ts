import { mostCounted, seeded } from './arrivals.fixture.ts';
import { Command } from 'ioredis';
import {
  between,
  granted,
  MINUTE,
  refused,
  saturate,
  spend,
  START,
  takeAll,
  testLedgers,
  TIMEOUT,
} from './ledger.fixture.ts';
import { createLedger } from './redis-ledger.ts';

const { tested, end } = testLedgers();
afterAll(end);

describe('a window that slides', () => {
  const eight = [{ limit: 8, perSeconds: 60 }];

  test('gives an idle 8/min provider eight calls at once, and no ninth', async () => {
    const { ledger } = tested(eight);
    expect(await takeAll(ledger)).toHaveLength(8);
  });

  test('counts what it grants, by all processes together and whatever becomes of it', async () => {
    const { ledger, another } = tested(eight);
    const first = await granted(ledger);
    await ledger.giveBack(first);
    expect([first.nth, (await granted(another())).nth, (await granted(ledger)).nth]).toEqual([1, 2, 3]);
  });

  test('counts a call once whose question went out twice, because its answer was lost', async () => {
    const { redis, prefix, usage, clock } = tested(eight);
    const stuttering = redis.duplicate();
    const { sendCommand } = stuttering;
    let again = 0;
    stuttering.sendCommand = (command, stream) => {
      if (again-- > 0) void sendCommand.call(stuttering, new Command(command.name, [...command.args]));
      return sendCommand.call(stuttering, command, stream);
    };
    const account = { provider: 'tested', keyHash: 'k', windows: eight };
    const ledger = createLedger({ redis: stuttering, prefix, usage, accounts: [account], now: () => clock.now });
    const used = async () => (await ledger.look('tested')).windows[0]?.used;
    await spend(ledger, 1);
    again = 1;
    const grant = await granted(ledger);
    expect([grant.nth, await used()]).toEqual([2, 2]);
    await ledger.settle(grant);
    clock.now += 2 * MINUTE;
    expect(await used()).toBe(0);
    stuttering.disconnect();
  });

  test('tells the exact moment at which the next call will be granted, once the answers are known', async () => {
    const { ledger, clock } = tested(eight);
    const grants = await takeAll(ledger);
    clock.now += 100;
    for (const grant of grants) await ledger.settle(grant);
    clock.now += 10_000;
    const { retryInMs } = await refused(ledger);
    // One window after the answers, and a little more for the provider's clock and for rounding.
    expect(retryInMs).toBeGreaterThanOrEqual(50_000);
    expect(retryInMs).toBeLessThanOrEqual(50_100);
    clock.now += retryInMs - 1;
    await refused(ledger);
    clock.now += 1;
    await granted(ledger);
  });

  test('asks for patience of at most a second while the answers are still out', async () => {
    const { ledger } = tested(eight);
    await takeAll(ledger);
    expect((await refused(ledger)).retryInMs).toBeLessThanOrEqual(1000);
  });

  test('gets back at once what was never sent', async () => {
    const { ledger } = tested(eight);
    const [first] = await takeAll(ledger);
    await refused(ledger);
    if (first) await ledger.giveBack(first);
    await granted(ledger);
    await refused(ledger);
  });

  test('counts the call of a dead worker as timed out, and lets it leave one window later', async () => {
    const { ledger, clock } = tested([{ limit: 1, perSeconds: 60 }]);
    await granted(ledger);
    clock.now += TIMEOUT + MINUTE - 1;
    await refused(ledger);
    clock.now += 100;
    await granted(ledger);
  });

  test('lets the calls of dead workers go however many they are', async () => {
    const { ledger, clock } = tested([{ limit: 1_100, perSeconds: 60 }]);
    expect(await takeAll(ledger)).toHaveLength(1_100);
    clock.now += TIMEOUT + 2 * MINUTE;
    expect(await takeAll(ledger)).toHaveLength(1_100);
  });

  test('counts an answer that comes after its time-out from when it came', async () => {
    const { ledger, clock } = tested([{ limit: 1, perSeconds: 60 }]);
    const grant = await granted(ledger);
    clock.now += TIMEOUT + 30_000;
    await ledger.settle(grant);
    clock.now += MINUTE - 1000;
    await refused(ledger);
    clock.now += 1100;
    await granted(ledger);
  });

  test('counts the answer to a call that it has forgotten from when it came, rather than not at all', async () => {
    const { ledger } = tested(eight);
    const grant = await granted(ledger);
    await ledger.settle(grant);
    await ledger.settle({ ...grant, id: 'never heard of' });
    expect((await ledger.look('tested')).windows[0]).toMatchObject({ limit: 8, used: 2, remaining: 6 });
  });
});

describe('several windows at once', () => {
  test('all have to agree, and the refusal lasts as long as the slowest of them', async () => {
    const { ledger, clock } = tested([
      { limit: 5, perSeconds: 1 },
      { limit: 7, perSeconds: 60 },
    ]);
    expect(await takeAll(ledger)).toHaveLength(5);
    clock.now += TIMEOUT + 2000;
    const second = await takeAll(ledger);
    expect(second).toHaveLength(2);
    for (const grant of second) await ledger.settle(grant);
    const { retryInMs, because } = await refused(ledger);
    expect(retryInMs).toBeGreaterThan(50_000);
    expect(because).toMatch(/7 in 60 s/);
  });

  test('weigh calls by their cost where the provider does', async () => {
    const { ledger } = tested([
      { limit: 20, perSeconds: 60, counts: 'cost' },
      { limit: 100, perSeconds: 60 },
    ]);
    const two = [await granted(ledger, { cost: 8 }), await granted(ledger, { cost: 8 })];
    await refused(ledger, { cost: 8 });
    const third = await granted(ledger, { cost: 8, atLeast: 1 });
    expect(third.cost).toBe(4);
    const used = async () => (await ledger.look('tested')).windows.map((window) => window.used);
    expect(await used()).toEqual([20, 3]);
    for (const grant of [...two, third]) await ledger.settle(grant);
    expect(await used()).toEqual([20, 3]);
  });

  test('get back all that a call weighs which was never sent, once', async () => {
    const { ledger } = tested([{ limit: 8, perSeconds: 60, counts: 'cost' }]);
    const grant = await granted(ledger, { cost: 8 });
    await ledger.giveBack(grant);
    await ledger.giveBack(grant);
    await granted(ledger, { cost: 8 });
    await refused(ledger);
  });

  test('take back the part of a cost that the call turned out not to need', async () => {
    const { ledger, clock } = tested([{ limit: 8, perSeconds: 60, counts: 'cost' }]);
    const grant = await granted(ledger, { cost: 8 });
    await ledger.giveBack(grant, 3);
    await granted(ledger, { cost: 5 });
    await refused(ledger);
    await ledger.settle(grant);
    clock.now += MINUTE + 200;
    await granted(ledger, { cost: 3 });
    await refused(ledger);
  });

  test('say when enough will have left for all of a call', async () => {
    const { ledger, clock } = tested([{ limit: 8, perSeconds: 60, counts: 'cost' }]);
    for (let n = 0; n < 4; n++) {
      await spend(ledger, 1, { cost: 2 });
      clock.now += 1000;
    }
    // The third answer came 2 s ago.
    const { retryInMs } = await refused(ledger, { cost: 6 });
    expect(retryInMs).toBeGreaterThanOrEqual(58_000);
    expect(retryInMs).toBeLessThanOrEqual(58_100);
    clock.now += retryInMs;
    await granted(ledger, { cost: 6 });
  });

  test('say so when a call can never fit', async () => {
    const { ledger } = tested([{ limit: 8, perSeconds: 60, counts: 'cost' }]);
    expect((await refused(ledger, { cost: 9 })).because).toMatch(/costs more/);
  });
});

describe('with work always waiting', () => {
  test.each([
    ['60/min', [{ limit: 60, perSeconds: 60 }], 9],
    ['8/min', [{ limit: 8, perSeconds: 60 }], 6],
    [
      '60/min and 30/s',
      [
        { limit: 60, perSeconds: 60 },
        { limit: 30, perSeconds: 1 },
      ],
      8,
    ],
  ])('at least 98 %% of %s is used and never more than it', async (_name, windows, lanes) => {
    const subject = tested(windows);
    const arrivals = await saturate(subject, { lanes, forMs: 6 * MINUTE });
    const [first] = windows;
    const used = between(arrivals, START + MINUTE, START + 6 * MINUTE) / (5 * (first?.limit ?? 0));
    for (const window of windows) expect(mostCounted(arrivals, window)).toBeLessThanOrEqual(window.limit);
    expect(used).toBeGreaterThanOrEqual(0.98);
  });

  test('at least 98 % of a weighted window is used by calls of different weights', async () => {
    const windows = [{ limit: 100, perSeconds: 60, counts: 'cost' as const }];
    const random = seeded(3);
    const subject = tested(windows);
    const arrivals = await saturate(subject, { lanes: 6, forMs: 6 * MINUTE, cost: () => 1 + Math.floor(random() * 2) });
    expect(mostCounted(arrivals, { limit: 100, perSeconds: 60, counts: 'cost' })).toBeLessThanOrEqual(100);
    expect(between(arrivals, START + MINUTE, START + 6 * MINUTE) / 500).toBeGreaterThanOrEqual(0.98);
  });
});

describe('what Redis keeps', () => {
  test('is bounded by the length of the windows and not by the number of calls', async () => {
    const subject = tested([{ limit: 100_000, perSeconds: 10 }]);
    await saturate(subject, { lanes: 15, forMs: 12_000 });
    const keys = await subject.redis.keys(`${subject.prefix}*`);
    const sizes = await Promise.all(keys.map((key) => subject.redis.memory('USAGE', key)));
    expect(keys).toHaveLength(6);
    expect(sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)).toBeLessThan(200_000);
    expect(await subject.redis.zcard(keys.find((key) => key.endsWith('leavings')) ?? '')).toBeLessThanOrEqual(1002);
  });
});

describe('a park', () => {
  test('refuses everything until it ends, and a shorter one never shortens it', async () => {
    const { ledger, clock, redis, prefix } = tested([{ limit: 8, perSeconds: 60 }]);
    await ledger.park('tested', 30_000, '429 Too Many Requests');
    // What else the ledger knows isn't forgotten with it.
    expect(await redis.pttl(`${prefix}quota:tested:k`)).toBeGreaterThan(60 * MINUTE);
    await ledger.park('tested', 1000, 'later and shorter');
    const refusal = await refused(ledger);
    expect(refusal).toMatchObject({ retryInMs: 30_000, because: 'parked: 429 Too Many Requests', byShare: false });
    expect(refusal.parkedFor).toBe('rate_limited');
    expect((await ledger.look('tested')).parked).toEqual({
      until: new Date(START + 30_000),
      why: '429 Too Many Requests',
    });
    clock.now += 29_999;
    expect(await refused(ledger)).toMatchObject({ retryInMs: 1 });
    clock.now += 2;
    await granted(ledger);
    expect((await ledger.look('tested')).parked).toBeNull();
  });
});
