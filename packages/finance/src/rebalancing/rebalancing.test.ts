import fc from 'fast-check';
import { type RebalancingRule, type RebalancingState, rebalanceDue } from './rebalance-due.ts';
import { signalsFor } from './signals.ts';

const map = <T>(entries: Record<string, T>): Map<string, T> => new Map(Object.entries(entries));
const state = (rest: Partial<RebalancingState> = {}): RebalancingState => ({
  session: '2024-04-01',
  last: '2024-03-28',
  weights: map({ A: 0.58, B: 0.42 }),
  targets: map({ A: 0.5, B: 0.5 }),
  ...rest,
});

test.each<[RebalancingRule, Partial<RebalancingState>, boolean]>([
  [{ by: 'calendar', every: 'day' }, {}, true],
  [{ by: 'calendar', every: 'day' }, { last: '2024-04-01' }, false],
  [{ by: 'calendar', every: 'week' }, {}, true],
  [{ by: 'calendar', every: 'week' }, { session: '2024-12-31', last: '2024-12-30' }, false],
  [{ by: 'calendar', every: 'week' }, { session: '2025-01-01', last: '2024-12-30' }, false],
  [{ by: 'calendar', every: 'month' }, {}, true],
  [{ by: 'calendar', every: 'month' }, { session: '2024-03-29' }, false],
  [{ by: 'calendar', every: 'quarter' }, {}, true],
  [{ by: 'calendar', every: 'year' }, {}, false],
  [{ by: 'drift', threshold: 0.05 }, {}, true],
  [{ by: 'drift', threshold: 0.1 }, {}, false],
  // Further than the threshold, and not just as far.
  [{ by: 'drift', threshold: 0.25 }, { weights: map({ A: 0.75, B: 0.25 }) }, false],
  [{ by: 'drift', threshold: 0.5, relative: true }, { weights: map({ A: 0.75, B: 0.25 }) }, false],
  [{ by: 'drift', threshold: 0.15, relative: true }, {}, true],
  [{ by: 'drift', threshold: 0.5, relative: true }, { weights: map({ A: 0.5, B: 0.5, C: 0.001 }) }, true],
  [{ by: 'drift', threshold: 0.1 }, { weights: map({ A: 1 }), targets: map({ A: 0.5, NEW: 0.5 }) }, true],
  [{ by: 'never' }, { last: null }, true],
  [{ by: 'never' }, {}, false],
  [{ by: 'calendar', every: 'year' }, { last: null }, true],
  [
    {
      by: 'any',
      of: [
        { by: 'calendar', every: 'year' },
        { by: 'drift', threshold: 0.05 },
      ],
    },
    {},
    true,
  ],
  [
    {
      by: 'any',
      of: [
        { by: 'calendar', every: 'year' },
        { by: 'drift', threshold: 0.5 },
      ],
    },
    {},
    false,
  ],
])('%j with %j: %s', (rule, rest, due) => {
  const verdict = rebalanceDue(rule, state(rest));
  expect(verdict.due).toBe(due);
  expect(verdict.because).not.toMatch(/NaN|undefined/);
});

test.each<[RebalancingRule, string]>([
  [{ by: 'drift', threshold: 0.05 }, 'A drifted by 10.00 %'],
  [{ by: 'drift', threshold: 0.05, relative: true }, 'C drifted by 25.00 %'],
  [{ by: 'calendar', every: 'month' }, 'a new month began: 2024-04'],
  [{ by: 'calendar', every: 'year' }, 'it was rebalanced in 2024'],
])('%j says why: %s', (rule, because) => {
  const [weights, targets] = [map({ A: 0.6, B: 0.25, C: 0.15 }), map({ A: 0.5, B: 0.3, C: 0.2 })];
  expect(rebalanceDue(rule, state({ weights, targets })).because).toBe(because);
});

const prices = map({ A: '10', B: '25', C: '4' });

test('signals lead from what is held to the targets, sales first', () => {
  const { signals, value, cashAfter, quantities } = signalsFor({
    targets: map({ A: 0.5, B: 0.5 }),
    held: map({ A: '10', C: '50' }),
    prices,
    cash: '100',
  });
  expect(value).toBe('400');
  expect(signals).toEqual([
    { symbol: 'C', side: 'sell', quantity: '50', value: '200', weight: 0.5, target: 0 },
    { symbol: 'B', side: 'buy', quantity: '8', value: '200', weight: 0, target: 0.5 },
    { symbol: 'A', side: 'buy', quantity: '10', value: '100', weight: 0.25, target: 0.5 },
  ]);
  expect(cashAfter).toBe('0');
  expect(quantities).toEqual({ A: '20', B: '8', C: '0' });
});

test('whole units only, with what is left in cash', () => {
  const { quantities, cashAfter } = signalsFor({
    targets: map({ A: 0.5, B: 0.4 }),
    held: map({}),
    prices,
    cash: '111',
    wholeShares: true,
  });
  for (const units of Object.values(quantities)) expect(units).toMatch(/^\d+$/);
  expect(Number(cashAfter)).toBeGreaterThanOrEqual(11.1);
});

test('fractions are rounded down to eight decimals, so that there is money for all of them', () => {
  const { quantities, cashAfter } = signalsFor({
    targets: map({ A: 1 }),
    held: map({}),
    prices: map({ A: '3' }),
    cash: '100',
  });
  expect([quantities.A, cashAfter]).toEqual(['33.33333333', '0.00000001']);
});

test('trades too small to be worth it are not made', () => {
  const targets = map({ A: 0.51, B: 0.49 });
  const held = map({ A: '25', B: '10' });
  expect(signalsFor({ targets, held, prices, minimumTrade: '10' }).signals).toEqual([]);
  expect(signalsFor({ targets, held, prices, minimumTrade: '5' }).signals).toHaveLength(2);
});

test('a purchase too small to be worth it is not made, though there is money for it', () => {
  const order = { targets: map({ A: 0.98, B: 0.02 }), held: map<string>({}), prices, cash: '100', minimumTrade: '3' };
  expect(signalsFor(order)).toMatchObject({ signals: [{ symbol: 'A', value: '98' }], cashAfter: '2' });
});

test('where debts take all of it everything is sold, and no share of it is told', () => {
  const { signals, value, cashAfter } = signalsFor({
    targets: map({ A: 1 }),
    held: map({ A: '10' }),
    prices,
    cash: '-100',
  });
  expect(signals).toEqual([{ symbol: 'A', side: 'sell', quantity: '10', value: '100', weight: 0, target: 1 }]);
  expect([value, cashAfter]).toEqual(['0', '0']);
});

test('purchases make do with the money that sales too small to be made would have brought', () => {
  const targets = map({ A: 0.3, B: 0.3, C: 0.3, NEW: 0.06, TOO: 0.04 });
  const held = map({ A: '34', B: '34', C: '34' });
  const one = map({ A: '1', B: '1', C: '1', NEW: '1', TOO: '1' });
  expect(signalsFor({ targets, held, prices: one, minimumTrade: '5' })).toMatchObject({ signals: [], cashAfter: '0' });
  const lot = map({ ...Object.fromEntries(held), A: '40' });
  const { signals, cashAfter } = signalsFor({ targets, held: lot, prices: one, minimumTrade: '3' });
  expect(signals.map(({ symbol, side, quantity }) => [symbol, side, quantity])).toEqual([
    ['A', 'sell', '7.6'],
    ['NEW', 'buy', '6.48'],
  ]);
  expect(Number(cashAfter)).toBeGreaterThanOrEqual(0);
});

test('a purchase without any money is not made, and becomes no sale', () => {
  const small = { A: '9', B: '9', C: '9', D: '9', E: '9' };
  const { signals, cashAfter } = signalsFor({
    targets: map({ NEW: 0.3 }),
    held: map(small),
    prices: map({ ...Object.fromEntries(Object.keys(small).map((symbol) => [symbol, '1'])), NEW: '1' }),
    minimumTrade: '10',
  });
  expect([signals, cashAfter]).toEqual([[], '0']);
});

test('whole units stay whole where there is money for a part of a purchase only', () => {
  const { signals } = signalsFor({
    targets: map({ A: 0.3, B: 0.3, C: 0.3, NEW: 0.1 }),
    held: map({ A: '42', B: '34', C: '34' }),
    prices: map({ A: '1', B: '1', C: '1', NEW: '3' }),
    wholeShares: true,
    minimumTrade: '3',
  });
  expect(signals.map(({ symbol, side, quantity }) => [symbol, side, quantity])).toEqual([
    ['A', 'sell', '9'],
    ['NEW', 'buy', '2'],
  ]);
});

test('whatever is too small to be traded, nobody buys with money that is not there', () => {
  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 });
  const units = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(shares, units, fc.integer({ min: 0, max: 400 }), fc.boolean(), (wanted, had, least, wholeShares) => {
      const all = Math.max(
        1,
        wanted.reduce((sum, each) => sum + each, 0),
      );
      const named = <T>(values: T[]): Map<string, T> => new Map(values.map((each, at) => [`S${at}`, each]));
      const { cashAfter } = signalsFor({
        targets: named(wanted.map((each) => each / all)),
        held: named(had.map(String)),
        prices: named(['3', '7.5', '11', '40']),
        cash: '10',
        minimumTrade: String(least),
        wholeShares,
      });
      expect(Number(cashAfter)).toBeGreaterThanOrEqual(-1e-9);
    }),
  );
});

test('a symbol without a price is left as it is, and named', () => {
  const { leftOut, signals, quantities } = signalsFor({
    // What is neither held nor wanted is nobody's business.
    targets: map({ A: 0.5, NEW: 0.5, NONE: 0 }),
    held: map({ OLD: '3' }),
    prices: map({ A: '10', NEW: '-1' }),
    cash: '100',
  });
  expect(leftOut).toEqual([
    { symbol: 'NEW', reason: 'bad_price' },
    { symbol: 'OLD', reason: 'no_price' },
  ]);
  expect(signals.map(({ symbol }) => symbol)).toEqual(['A']);
  expect(quantities).toEqual({ A: '5', NEW: '0', OLD: '3' });
});

test('nothing held and no money: nothing to do', () => {
  expect(signalsFor({ targets: map({ A: 1 }), held: map({}), prices })).toMatchObject({ signals: [], value: '0' });
});

test('the value of a signal is money, and not all the digits of a converted price', () => {
  const { signals } = signalsFor({
    targets: map({ A: 1 }),
    held: map({}),
    prices: map({ A: '0.8695652173913043' }),
    cash: '1',
  });
  expect(signals).toMatchObject([{ quantity: '1.15', value: '1' }]);
  const [odd] = signalsFor({
    targets: map({ A: 1 }),
    held: map({}),
    prices: map({ A: '0.8695652173913043' }),
    cash: '7',
  }).signals;
  expect(odd?.value).toMatch(/^\d+(\.\d{1,8})?$/);
});
