import { PRIORITIES } from '@freshet/contracts';
import type { QuotaWindow } from '../provider.ts';
import { DAY, granted, HOUR, MINUTE, refused, spend, takeAll, testLedgers, TIMEOUT } from './ledger.fixture.ts';
import type { UsageStore } from './usage.ts';

const { tested, end } = testLedgers();
afterAll(end);

const { emergency } = PRIORITIES;
const minute: QuotaWindow = { limit: 8, perSeconds: 60 };
const day: QuotaWindow = { limit: 200, perSeconds: 86_400, resets: { every: 'day', hour: 0, zone: 'UTC' } };
const sliding: QuotaWindow = { limit: 200, perSeconds: 86_400 };

describe('after Redis has lost everything', () => {
  test('a window of a minute counts as full for one minute, and then begins empty', async () => {
    const { ledger, clock, wipe } = tested([minute]);
    await spend(ledger, 3);
    await wipe();
    const { retryInMs, because } = await refused(ledger);
    expect(because).toMatch(/lost with Redis/);
    // A second more for what was on the wire.
    expect(retryInMs).toBeGreaterThanOrEqual(MINUTE + 1000);
    expect(retryInMs).toBeLessThan(MINUTE + 1100);
    expect((await ledger.look('tested')).windows[0]).toMatchObject({ used: 8, remaining: 0 });
    clock.now += retryInMs;
    expect(await takeAll(ledger)).toHaveLength(8);
  });

  test('a first start is told from a wipe: it may ask at once, whichever process opens the ledger first', async () => {
    const { another } = tested([minute]);
    const replies = await Promise.all([1, 2, 3, 4].map(() => granted(another())));
    expect(replies).toHaveLength(4);
  });

  test('an answer to a call from before occupies its window from here', async () => {
    const { ledger, clock, wipe } = tested([minute]);
    const out = await granted(ledger);
    await wipe();
    const { retryInMs } = await refused(ledger);
    clock.now += 20_000;
    await ledger.settle(out);
    clock.now += retryInMs - 20_000;
    expect(await takeAll(ledger)).toHaveLength(7);
  });

  test("a day's use comes from the record, less than a block of it wasted", async () => {
    const { ledger, wipe } = tested([day]);
    await spend(ledger, 151, { rank: emergency });
    await wipe();
    const left = await takeAll(ledger, { rank: emergency });
    expect(left.length).toBeLessThanOrEqual(49);
    expect(left.length).toBeGreaterThanOrEqual(49 - 2);
  });

  test("a sliding day's use comes from the record too, and leaves it when its day is over", async () => {
    const { ledger, clock, wipe } = tested([sliding]);
    await spend(ledger, 100, { rank: emergency });
    clock.now += 12 * HOUR;
    await spend(ledger, 60, { rank: emergency });
    await wipe();
    expect((await takeAll(ledger, { rank: emergency })).length).toBe(40);
    clock.now += 12 * HOUR - 1;
    await refused(ledger, { rank: emergency });
    clock.now += HOUR + 5 * MINUTE;
    expect((await takeAll(ledger, { rank: emergency })).length).toBeGreaterThanOrEqual(98);
  });

  test('an hour is the longest that is waited out: full for one length, and then empty', async () => {
    const { ledger, clock, wipe } = tested([{ limit: 2000, perSeconds: 3600 }, day]);
    await spend(ledger, 50);
    await wipe();
    const { retryInMs, because } = await refused(ledger);
    expect(because).toMatch(/lost with Redis/);
    expect(retryInMs).toBeGreaterThanOrEqual(HOUR);
    expect(retryInMs).toBeLessThan(HOUR + 2000);
    clock.now += retryInMs - 1;
    await refused(ledger);
    clock.now += 1;
    await granted(ledger);
    expect((await ledger.look('tested')).windows.map(({ used }) => used)).toEqual([1, expect.any(Number)]);
  });

  test('wiped again and again, a day is never exceeded', async () => {
    const { ledger, wipe } = tested([day]);
    let sent = 0;
    for (let n = 0; n < 30; n++) {
      await wipe();
      for (let m = 0; m < 9; m++) sent += (await ledger.take({ ...asking, rank: emergency })).granted ? 1 : 0;
    }
    expect(sent).toBeLessThanOrEqual(200);
    // Each wipe loses the rest of one block of two.
    expect(sent).toBeGreaterThanOrEqual(200 - 30);
  });

  test('what was reserved by other processes is known to all', async () => {
    const { another } = tested([day]);
    const several = [another(), another(), another()];
    const grants = await Promise.all(several.map((ledger) => takeAll(ledger, { rank: emergency })));
    expect(grants.flat()).toHaveLength(200);
  });
});

const asking = { provider: 'tested', cost: 1, timeoutMs: TIMEOUT };

describe('a new configuration', () => {
  test('brings a window whose past nobody counted: full for one length, if calls were made', async () => {
    const { ledger, another, clock } = tested([minute]);
    await spend(ledger, 1);
    const widened = another({ windows: [minute, { limit: 5, perSeconds: 1 }] });
    await refused(widened);
    clock.now += 5000;
    expect(await takeAll(widened)).toHaveLength(5);
  });

  test('brings a window in which a slow answer to the old one still counts', async () => {
    const { ledger, another, clock } = tested([{ limit: 8, perSeconds: 10 }]);
    const slow = await granted(ledger);
    clock.now += TIMEOUT - 1000;
    await ledger.settle(slow);
    clock.now += 17_000;
    // A minute after the call was sent, 17 s after it was answered.
    const widened = another({
      windows: [
        { limit: 8, perSeconds: 10 },
        { limit: 1, perSeconds: 60 },
      ],
    });
    await refused(widened);
  });

  test('leaves nothing behind that old and new workers would count for ever', async () => {
    const { ledger, another, clock } = tested([minute]);
    const added: QuotaWindow[] = [minute, { limit: 4, perSeconds: 120 }];
    const widened = another({ windows: added });
    await spend(ledger, 1);
    clock.now += 10 * MINUTE;
    const [first, second] = [await granted(widened), await granted(ledger)];
    await ledger.settle(first);
    await widened.settle(second);
    clock.now += 5 * MINUTE;
    expect((await widened.look('tested')).windows.map(({ used }) => used)).toEqual([0, 0]);
    expect(await takeAll(widened)).toHaveLength(4);
  });
});

test('while the record of use is away, nothing of a day is granted that is not reserved yet', async () => {
  const { another } = tested([{ ...day, limit: 1000 }]);
  let away = false;
  const flaky: UsageStore = {
    adopt: async () => ({ wiped: false }),
    reservedSince: async () => [],
    reserve: async (_key, { amount }) => {
      if (away) throw new Error('connection refused');
      return { reserved: amount, total: amount };
    },
  };
  const ledger = another({ usage: flaky });
  await spend(ledger, 1, { rank: emergency });
  away = true;
  const grants = await takeAll(ledger, { rank: emergency });
  expect(grants).toHaveLength(9);
  expect(await refused(ledger, { rank: emergency })).toMatchObject({
    because: 'the record of what is used cannot be reached: connection refused',
    retryInMs: 1000,
  });
});

test('an idle ledger is forgotten in time, and what it knew of a day is not', async () => {
  const { ledger, redis, prefix } = tested([day, minute]);
  await spend(ledger, 1);
  await granted(ledger);
  const keys = await redis.keys(`${prefix}*`);
  const lives = await Promise.all(keys.map((key) => redis.pttl(key)));
  for (const life of lives) expect(life).toBeGreaterThan(0);
  const ofDay = keys.find((key) => key.endsWith('day@0 UTC')) ?? '';
  expect(await redis.pttl(ofDay)).toBeGreaterThan(2 * DAY);
});
