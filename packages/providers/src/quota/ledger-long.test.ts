import { PRIORITIES } from '@freshet/contracts';
import fc from 'fast-check';
import type { QuotaWindow } from '../provider.ts';
import { mostCounted } from './arrivals.fixture.ts';
import {
  ask,
  between,
  DAY,
  granted,
  HOUR,
  MINUTE,
  refused,
  saturate,
  spend,
  START,
  takeAll,
  testLedgers,
} from './ledger.fixture.ts';
import { heldFrom } from './share.ts';
import type { UsageStore } from './usage.ts';
import { windowId } from './window.ts';

const { tested, end } = testLedgers();
afterAll(end);

const { emergency, high, medium, low } = PRIORITIES;
const resets = { every: 'day', hour: 0, zone: 'UTC' } as const;
const day = (limit: number): QuotaWindow => ({ limit, perSeconds: 86_400, resets });
const MIDNIGHT = Date.parse('2026-03-11T00:00:00Z');
const JUST_BEFORE = MIDNIGHT - 10_000;

describe('a window that resets', () => {
  test('grants its limit once a period, to the most urgent class', async () => {
    const { ledger, clock } = tested([day(20)]);
    await spend(ledger, 20, { rank: emergency });
    const { retryInMs, because, byShare } = await refused(ledger, { rank: emergency });
    expect(because).toBe('20 a day are used');
    expect(byShare).toBe(false);
    expect(clock.now + retryInMs).toBeGreaterThanOrEqual(MIDNIGHT);
    expect(clock.now + retryInMs).toBeLessThanOrEqual(MIDNIGHT + 3000);
    clock.now += retryInMs;
    await spend(ledger, 20, { rank: emergency });
    await refused(ledger, { rank: emergency });
  });

  test('begins anew two seconds late: the provider’s clock may be behind', async () => {
    const { ledger, clock } = tested([day(3)]);
    await spend(ledger, 3, { rank: emergency });
    clock.now = MIDNIGHT + 1_999;
    await refused(ledger, { rank: emergency });
    clock.now = MIDNIGHT + 2_000;
    expect(await takeAll(ledger, { rank: emergency })).toHaveLength(3);
  });

  test('counts a call that is out over the reset in both periods, for the provider may have', async () => {
    const { ledger, clock } = tested([day(10)], { start: JUST_BEFORE });
    const out = await granted(ledger, { rank: emergency });
    clock.now = MIDNIGHT + 5000;
    expect(await takeAll(ledger, { rank: emergency })).toHaveLength(9);
    await ledger.settle(out);
    await refused(ledger, { rank: emergency });
  });

  test('counts an answer from just before the reset in both periods too, for clocks differ', async () => {
    const { ledger, clock } = tested([day(10)], { start: MIDNIGHT - 1000 });
    await spend(ledger, 2, { rank: emergency });
    clock.now = MIDNIGHT + 5000;
    expect(await takeAll(ledger, { rank: emergency })).toHaveLength(8);
    // And in no third.
    clock.now += DAY;
    expect(await takeAll(ledger, { rank: emergency })).toHaveLength(10);
  });

  test('is not new once more when the clock goes back over the reset', async () => {
    const { ledger, clock } = tested([day(3)], { start: MIDNIGHT + 5000 });
    await spend(ledger, 3, { rank: emergency });
    clock.now = MIDNIGHT - 1000;
    await refused(ledger, { rank: emergency });
    clock.now = MIDNIGHT + 5000;
    await refused(ledger, { rank: emergency });
  });

  test('gives back in the next period what was never sent in the one before', async () => {
    const { ledger, clock } = tested([day(3)], { start: JUST_BEFORE });
    const out = await granted(ledger, { rank: emergency });
    clock.now = MIDNIGHT + 5000;
    await spend(ledger, 2, { rank: emergency });
    await ledger.giveBack(out);
    await spend(ledger, 1, { rank: emergency });
    await refused(ledger, { rank: emergency });
  });

  test('takes back what a call turned out not to need, and in both periods nothing of one that was never sent', async () => {
    const { ledger, clock } = tested([{ ...day(20), counts: 'cost' }]);
    const sent = await granted(ledger, { cost: 8, rank: emergency });
    await ledger.giveBack(sent, 3);
    await ledger.giveBack(await granted(ledger, { cost: 10, rank: emergency }));
    expect((await ledger.look('tested')).windows[0]?.used).toBe(3);
    await ledger.settle(sent);
    clock.now += DAY;
    await granted(ledger, { cost: 20, rank: emergency });
  });

  test('is new after days without a call', async () => {
    const { ledger, clock } = tested([day(3)], { start: MIDNIGHT - 1000 });
    await spend(ledger, 3, { rank: emergency });
    clock.now += 5 * DAY;
    await spend(ledger, 3, { rank: emergency });
  });

  test('spends in no period what was reserved for the one before, though it comes after the reset', async () => {
    const { clock, usage, another, wipe } = tested([day(10)], { start: JUST_BEFORE });
    const reserve: UsageStore['reserve'] = async (...block) => {
      const reserved = await usage.reserve(...block);
      clock.now = Math.max(clock.now, MIDNIGHT + 5000);
      return reserved;
    };
    const ledger = another({ usage: { ...usage, reserve } });
    await spend(ledger, 10, { rank: emergency });
    await wipe();
    await refused(ledger, { rank: emergency });
  });

  test('grants what is left in the record and no more, where others have reserved the rest beside this ledger', async () => {
    const window = { ...day(20), counts: 'cost' } as const;
    const { ledger, usage } = tested([window]);
    await spend(ledger, 1, { rank: emergency });
    const block = { window: windowId(window), periodStart: new Date('2026-03-10T00:00:00Z'), amount: 12, limit: 20 };
    await usage.reserve({ provider: 'tested', keyHash: 'k' }, block);
    const grants = await takeAll(ledger, { cost: 20, atLeast: 1, rank: emergency });
    expect(grants.reduce((sum, { cost }) => sum + cost, 0)).toBe(7);
    expect((await refused(ledger, { rank: emergency })).because).toBe('20 units a day are used');
  });

  test('resets at the hour of its zone', async () => {
    const window: QuotaWindow = {
      limit: 2,
      perSeconds: 86_400,
      resets: { every: 'day', hour: 0, zone: 'America/New_York' },
    };
    const { ledger, clock } = tested([window]);
    await spend(ledger, 2, { rank: emergency });
    const { retryInMs } = await refused(ledger, { rank: emergency });
    expect(new Date(clock.now + retryInMs).toISOString()).toMatch(/^2026-03-11T04:00:0/);
  });
});

describe('the shares of a day', () => {
  test('keep a low class from eating what the higher ones will need, and not the other way round', async () => {
    const { ledger } = tested([day(100)]);
    expect(await takeAll(ledger, { rank: low })).toHaveLength(30);
    expect(await refused(ledger, { rank: low })).toMatchObject({
      byShare: true,
      because: 'what is left of 100 a day is reserved for more urgent calls',
    });
    expect(await takeAll(ledger, { rank: medium })).toHaveLength(40);
    expect(await takeAll(ledger, { rank: high })).toHaveLength(20);
    expect(await takeAll(ledger, { rank: emergency })).toHaveLength(10);
    expect(await refused(ledger, { rank: emergency })).toMatchObject({ byShare: false });
    const [window] = (await ledger.look('tested')).windows;
    expect(window?.usedByRank).toEqual({ [low]: 30, [medium]: 40, [high]: 20, [emergency]: 10 });
  });

  test('are kept from a call that is content with less as well, and what it borrows is never more than there is', async () => {
    const units = { ...day(100), counts: 'cost' } as const;
    const least = { cost: 100, atLeast: 1, rank: low };
    expect((await granted(tested([units]).ledger, least)).cost).toBe(30);
    const { ledger } = tested([{ limit: 100, perSeconds: 86_400, counts: 'cost' }]);
    await granted(ledger, { cost: 95, rank: emergency });
    expect((await granted(ledger, least)).cost).toBe(5);
  });

  test('are held back by the script exactly as the policy says', async () => {
    const ranks = fc.array(fc.constantFrom(emergency, high, medium, low), { minLength: 10, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(ranks, fc.integer({ min: 1, max: 40 }), async (story, limit) => {
        const { ledger } = tested([day(limit)]);
        const used: Record<number, number> = {};
        let total = 0;
        for (const rank of story) {
          const allowed = total + 1 <= limit - heldFrom(rank, limit, used, 1);
          expect((await ledger.take(ask({ rank }))).granted).toBe(allowed);
          if (!allowed) continue;
          used[rank] = (used[rank] ?? 0) + 1;
          total++;
        }
      }),
      { numRuns: 30, seed: 20261120 },
    );
  });

  test('are all released before the reset: with only low work, 98 % of the day is spent all the same', async () => {
    const windows = [day(100), { limit: 5, perSeconds: 60 }];
    const subject = tested(windows);
    const arrivals = await saturate(subject, { lanes: 3, forMs: 12 * HOUR - 5000, rank: low });
    expect(arrivals.length).toBeGreaterThanOrEqual(98);
    expect(mostCounted(arrivals, day(100))).toBeLessThanOrEqual(100);
    // Not before they had to be: two hours ahead everything that belongs to others was still there.
    expect(between(arrivals, START, MIDNIGHT - 2 * HOUR - MINUTE)).toBe(30);
  });

  test('say when they will be released far enough', async () => {
    const { ledger, clock } = tested([day(100)], { start: MIDNIGHT - 90 * MINUTE });
    await takeAll(ledger, { rank: low });
    const { retryInMs } = await refused(ledger, { rank: low });
    expect(retryInMs).toBeLessThan(5 * MINUTE);
    clock.now += retryInMs + 1;
    await granted(ledger, { rank: low });
  });

  test('of a day that slides are lent out evenly, so that all of it is used and more urgent calls never wait long', async () => {
    const sliding = { limit: 100, perSeconds: 86_400 };
    const subject = tested([sliding]);
    const arrivals = await saturate(subject, { lanes: 1, forMs: 3 * DAY, rank: low });
    expect(mostCounted(arrivals, sliding)).toBeLessThanOrEqual(100);
    expect(between(arrivals, START + DAY, START + 3 * DAY)).toBeGreaterThanOrEqual(0.98 * 200);
    // At the start 30 at once; the other 70 one by one.
    expect(between(arrivals, START, START + 2 * HOUR)).toBeLessThanOrEqual(30 + 8);
  });

  test('of a day that slides spend in no slice of time what was recorded for an earlier one', async () => {
    const { ledger, clock, usage } = tested([{ limit: 100, perSeconds: 86_400 }], { start: START + HOUR - 10_000 });
    const early = await granted(ledger, { rank: emergency });
    clock.now += 20_000;
    await granted(ledger, { rank: emergency });
    await ledger.giveBack(early);
    await granted(ledger, { rank: emergency });
    const recorded = await usage.reservedSince({ provider: 'tested', keyHash: 'k' }, '86400s', new Date(0));
    expect(recorded).toEqual([
      { periodStart: new Date(START), total: 1 },
      { periodStart: new Date(START + HOUR), total: 2 },
    ]);
  });

  test('of a day that slides are recorded anew in each slice of time, whatever is left of the block of the one before', async () => {
    const { ledger, clock, usage } = tested([{ limit: 10_000, perSeconds: 86_400 }], { start: START + HOUR - 10_000 });
    await granted(ledger, { rank: emergency });
    clock.now += 20_000;
    await granted(ledger, { rank: emergency });
    const recorded = await usage.reservedSince({ provider: 'tested', keyHash: 'k' }, '86400s', new Date(0));
    expect(recorded.map(({ periodStart }) => periodStart)).toEqual([new Date(START), new Date(START + HOUR)]);
    expect(recorded[0]?.total).toBeGreaterThan(1);
  });
});
