import fc from 'fast-check';
import { wholeShares } from './whole-shares.ts';

test('rounds down first, then buys what lacks most', () => {
  const weights = new Map([
    ['A', 0.5],
    ['B', 0.5],
  ]);
  const prices = new Map([
    ['A', '30'],
    ['B', '45'],
  ]);
  const { quantities, left } = wholeShares(weights, prices, '100');
  expect(Object.fromEntries(quantities)).toEqual({ A: '1', B: '1' });
  expect(left).toBe('25');
});

test('of two that lack as much, the first by symbol gets the unit', () => {
  const each = <T>(of: T) => new Map([['B', of] as const, ['A', of] as const]);
  expect([...wholeShares(each(0.5), each('60'), '100').quantities]).toEqual([
    ['A', '1'],
    ['B', '0'],
  ]);
});

test('never spends more than there is, and leaves less than the cheapest unit that is still wanted', () => {
  const asset = fc.record({
    weight: fc.double({ min: 0, max: 1, noNaN: true }),
    price: fc.integer({ min: 1, max: 5000 }),
  });
  fc.assert(
    fc.property(fc.array(asset, { maxLength: 8 }), fc.integer({ min: 0, max: 20_000 }), (assets, money) => {
      const weights = new Map(assets.map(({ weight }, at) => [`A${at}`, weight]));
      const prices = new Map(assets.map(({ price }, at) => [`A${at}`, String(price)]));
      const { quantities, left } = wholeShares(weights, prices, String(money));
      const spent = [...quantities].reduce(
        (sum, [symbol, units]) => sum + Number(units) * Number(prices.get(symbol)),
        0,
      );
      expect(spent + Number(left)).toBe(money);
      expect(Number(left)).toBeGreaterThanOrEqual(0);
      for (const units of quantities.values()) expect(units).toMatch(/^\d+$/);
    }),
  );
});

test('no unit lifts an asset or a sector above its cap; what is left stays', () => {
  const weights = new Map([
    ['A', 0.4],
    ['B', 0.3],
    ['C', 0.3],
  ]);
  const prices = new Map([
    ['A', '30'],
    ['B', '20'],
    ['C', '10'],
  ]);
  const free = wholeShares(weights, prices, '100');
  expect(Object.fromEntries(free.quantities)).toEqual({ A: '1', B: '2', C: '3' });
  const caps = {
    assets: new Map([
      ['A', 1],
      ['B', 0.3],
      ['C', 1],
    ]),
    groups: [{ members: new Set(['A', 'C']), cap: 0.6 }],
  };
  const { quantities, left } = wholeShares(weights, prices, '100', { caps, of: '100' });
  expect(Object.fromEntries(quantities)).toEqual({ A: '1', B: '1', C: '3' });
  expect(left).toBe('20');
});

test('assets without a price are passed over', () => {
  const { quantities, left } = wholeShares(new Map([['A', 1]]), new Map([['A', '0']]), '100');
  expect([quantities.size, left]).toEqual([0, '100']);
});

test('what is left to the last cent still buys a unit', () => {
  const weights = new Map([
    ['A', 0.5],
    ['B', 0.5],
  ]);
  const { quantities, left } = wholeShares(
    weights,
    new Map([
      ['A', '60'],
      ['B', '40'],
    ]),
    '100',
  );
  expect([Object.fromEntries(quantities), left]).toEqual([{ A: '1', B: '1' }, '0']);
});
