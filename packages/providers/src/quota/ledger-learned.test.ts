import { PRIORITIES } from '@freshet/contracts';
import type { Learned, QuotaWindow } from '../provider.ts';
import { granted, MINUTE, refused, spend, START, takeAll, testLedgers } from './ledger.fixture.ts';

const { tested, end } = testLedgers();
afterAll(end);

const { emergency } = PRIORITIES;
const minute: QuotaWindow = { limit: 60, perSeconds: 60 };
const day: QuotaWindow = { limit: 100, perSeconds: 86_400, resets: { every: 'day', hour: 0, zone: 'UTC' } };

type Subject = ReturnType<typeof tested>;

async function answered({ ledger }: Subject, learned: Omit<Learned, 'perSeconds'>, perSeconds = 60): Promise<void> {
  await ledger.settle(await granted(ledger, { rank: emergency }), [{ perSeconds, ...learned }]);
}

async function usedOf({ ledger }: Subject): Promise<number | undefined> {
  return (await ledger.look('tested')).windows[0]?.used;
}

describe('what a provider says of its counters', () => {
  test('tightens at once when its limit is lower than declared', async () => {
    const subject = tested([minute]);
    await answered(subject, { limit: 10 });
    expect(await takeAll(subject.ledger)).toHaveLength(9);
    expect((await subject.ledger.look('tested')).windows[0]).toMatchObject({ limit: 10, remaining: 0 });
  });

  test('widens a limit that was declared too low only when three answers in a row agree', async () => {
    const subject = tested([{ limit: 10, perSeconds: 60 }]);
    await answered(subject, { limit: 30 });
    await answered(subject, { limit: 30 });
    expect((await subject.ledger.look('tested')).windows[0]?.limit).toBe(10);
    await answered(subject, { limit: 30 });
    expect(await takeAll(subject.ledger)).toHaveLength(27);
  });

  test('counts those answers anew after one that says otherwise', async () => {
    const subject = tested([{ limit: 10, perSeconds: 60 }]);
    for (const limit of [30, 30, 10, 30, 30, 20]) await answered(subject, { limit });
    expect((await subject.ledger.look('tested')).windows[0]?.limit).toBe(10);
    for (const limit of [9, 20, 20]) await answered(subject, { limit });
    expect((await subject.ledger.look('tested')).windows[0]?.limit).toBe(9);
  });

  test('widens what it has tightened as well when three answers in a row say so', async () => {
    const subject = tested([minute]);
    for (const limit of [30, 60, 60, 60]) await answered(subject, { limit });
    expect((await subject.ledger.look('tested')).windows[0]?.limit).toBe(60);
  });

  test("never widens the operator's own limit, but tightens it", async () => {
    const subject = tested([{ limit: 10, perSeconds: 60 }], { fixed: true });
    for (let n = 0; n < 4; n++) await answered(subject, { limit: 30 });
    expect((await subject.ledger.look('tested')).windows[0]?.limit).toBe(10);
    await answered(subject, { limit: 7 });
    expect((await subject.ledger.look('tested')).windows[0]?.limit).toBe(7);
  });

  test('tightens at once when others use the key too, until the provider says that it is over', async () => {
    const subject = tested([minute]);
    await answered(subject, { limit: 60, remaining: 20, resetsAt: new Date(START + 30_000) });
    expect(await usedOf(subject)).toBe(40);
    expect(await takeAll(subject.ledger)).toHaveLength(20);
    expect((await refused(subject.ledger)).retryInMs).toBeLessThanOrEqual(30_100);
  });

  test('tells of use by others whether it counts what is left or what is used, also after our own has left the window', async () => {
    for (const learned of [{ remaining: 54 }, { used: 6 }]) {
      const subject = tested([minute]);
      await spend(subject.ledger, 3);
      subject.clock.now += 2 * MINUTE;
      await answered(subject, learned);
      expect(await usedOf(subject)).toBe(6);
    }
  });

  test('is not added again by each answer that says the same', async () => {
    const subject = tested([minute]);
    for (let n = 0; n < 5; n++) await answered(subject, { used: 41 + n });
    expect(await usedOf(subject)).toBe(45);
  });

  test('says nothing new when it only counts calls that have left our window since they were sent', async () => {
    const subject = tested([minute]);
    const { ledger, clock } = subject;
    await spend(ledger, 10);
    clock.now += MINUTE - 1000;
    const slow = await granted(ledger);
    clock.now += 5000;
    await ledger.settle(slow, [{ perSeconds: 60, used: 11 }]);
    expect(await usedOf(subject)).toBe(1);
  });

  test('of a day takes foreign use off again when the provider says that it is less', async () => {
    const subject = tested([day]);
    await answered(subject, { used: 51 }, 86_400);
    expect(await usedOf(subject)).toBe(51);
    await answered(subject, { used: 12 }, 86_400);
    expect(await usedOf(subject)).toBe(12);
    await answered(subject, { used: 1 }, 86_400);
    expect(await usedOf(subject)).toBe(3);
    await answered(subject, { used: 51 }, 86_400);
    subject.clock.now += 24 * 60 * MINUTE;
    expect(await usedOf(subject)).toBe(0);
  });

  test('of a day is in the record before more is spent, so that use by others is not lost with Redis either', async () => {
    const subject = tested([day]);
    await answered(subject, { used: 51 }, 86_400);
    await spend(subject.ledger, 2, { rank: emergency });
    await subject.wipe();
    await granted(subject.ledger, { rank: emergency });
    expect(await usedOf(subject)).toBe(54);
  });

  test('of a day that was over when the call was sent is not counted in the next', async () => {
    const subject = tested([day], { start: Date.parse('2026-03-10T23:59:50Z') });
    const out = await granted(subject.ledger, { rank: emergency });
    subject.clock.now += 20_000;
    await subject.ledger.settle(out, [{ perSeconds: 86_400, used: 100 }]);
    expect(await usedOf(subject)).toBe(1);
  });

  test('is ignored when it speaks of a window that there is not, or makes no sense', async () => {
    const subject = tested([minute]);
    await answered(subject, { limit: 1 }, 10);
    await answered(subject, { limit: Number.NaN, remaining: -3 });
    await answered(subject, { limit: 0 });
    expect((await subject.ledger.look('tested')).windows[0]).toMatchObject({ limit: 60, used: 3 });
  });

  test('of weight speaks of the window that counts weight, of calls of the one that counts calls', async () => {
    const subject = tested([minute, { limit: 6000, perSeconds: 60, counts: 'cost' }]);
    await answered(subject, { used: 100 });
    await answered(subject, { used: 50, counts: 'calls' });
    expect((await subject.ledger.look('tested')).windows.map(({ used }) => used)).toEqual([50, 101]);
  });
});
