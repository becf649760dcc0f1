import { PRIORITIES } from '@freshet/contracts';
import fc from 'fast-check';
import type { QuotaWindow } from '../provider.ts';
import { borrowEveryMs, heldFrom, keptAt, leftWhenKept, releaseOf, SHARES, sharesAbove } from './share.ts';

const HOUR = 3_600_000;
const { emergency, high, medium, low } = PRIORITIES;
const day: QuotaWindow = { limit: 800, perSeconds: 86_400, resets: { every: 'day', hour: 0, zone: 'UTC' } };
const minute: QuotaWindow = { limit: 8, perSeconds: 60 };

describe('the shares of the classes', () => {
  test('are the whole', () => {
    expect(Object.values(SHARES).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  });

  test('hold back from a class what the more urgent ones have not used of theirs', () => {
    expect(heldFrom(emergency, 100, {}, 1)).toBe(0);
    expect(heldFrom(high, 100, {}, 1)).toBe(10);
    expect(heldFrom(medium, 100, {}, 1)).toBe(30);
    expect(heldFrom(low, 100, {}, 1)).toBe(70);
    expect(heldFrom(low, 100, { [medium]: 25, [high]: 20 }, 1)).toBe(25);
  });

  test('of a class that has used more than its own hold nothing back, and nothing less than nothing', () => {
    expect(heldFrom(low, 100, { [medium]: 60, [high]: 20, [emergency]: 10 }, 1)).toBe(0);
  });

  test('count a rank between two classes as the less urgent one', () => {
    expect(sharesAbove(15)).toEqual(sharesAbove(medium));
  });
});

describe('the release of what shares leave unspent', () => {
  test('begins two hours before the reset of a day, when the other windows let it all through by then', () => {
    const release = releaseOf({ ...day, limit: 250 }, []);
    expect(release).toEqual({ fromMs: 2 * HOUR, untilMs: HOUR / 4 });
    expect(keptAt(release, 5 * HOUR)).toBe(1);
    expect(keptAt(release, 2 * HOUR)).toBe(1);
    expect(keptAt(release, HOUR / 4)).toBe(0);
    expect(keptAt(release, 0)).toBe(0);
  });

  test('begins earlier where a slower window needs longer: 560 of 800 a day take 70 minutes at 8 a minute', () => {
    expect(releaseOf(day, [minute]).fromMs).toBeCloseTo(140 * 60_000);
    expect(releaseOf({ ...day, limit: 8000 }, [minute]).fromMs).toBeCloseTo(1400 * 60_000);
    expect(releaseOf({ ...day, limit: 80_000 }, [minute]).fromMs).toBe(24 * HOUR);
  });

  test('is held up by no window that counts something else', () => {
    expect(releaseOf(day, [{ ...minute, counts: 'cost' }]).fromMs).toBeCloseTo(2 * HOUR);
  });

  test('never lets go slower than what is left could be spent, nor more than there is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8000 }), fc.integer({ min: 1, max: 86_400_000 }), (limit, leftMs) => {
        const release = releaseOf({ ...day, limit }, [minute]);
        const kept = keptAt(release, leftMs) * 0.7 * limit;
        const spendable = (leftMs / 60_000) * minute.limit;
        expect(kept).toBeLessThanOrEqual(Math.max(spendable, 0) + 1e-9);
      }),
    );
  });

  test('can be read backwards: when so little will be kept', () => {
    const release = releaseOf(day, [minute]);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (kept) => {
        expect(keptAt(release, leftWhenKept(release, kept))).toBeCloseTo(kept, 9);
      }),
    );
  });
});

test('where a day slides, all that is held back is lent over one day', () => {
  const sliding: QuotaWindow = { limit: 800, perSeconds: 86_400 };
  expect(86_400_000 / borrowEveryMs(sliding, low)).toBeCloseTo(560);
  expect(borrowEveryMs(sliding, emergency)).toBe(0);
});
