import fc from 'fast-check';
import { samplePrices } from '../strategies/samples.fixture.ts';
import { type IndexState, advanceIndex, rebalanceIndex, startIndex } from './index-level.ts';
import { indexSeries } from './index-series.ts';

const map = (entries: Record<string, number>): Map<string, number> => new Map(Object.entries(entries));
const begun = (weights: Record<string, number>, closes: Record<string, number>): IndexState =>
  startIndex('2024-01-02', map(weights), map(closes)).state!;

test('begins at 100 and moves with its constituents', () => {
  const state = begun({ A: 0.5, B: 0.5 }, { A: 10, B: 20 });
  expect(state.level).toBe(100);
  expect(advanceIndex(state, '2024-01-03', map({ A: 11, B: 20 })).level).toBeCloseTo(105, 12);
});

test('a rebalancing leaves the level as it was, whatever the weights and prices', () => {
  const weight = fc.double({ min: 0, max: 1, noNaN: true });
  const price = fc.double({ min: 0.01, max: 10_000, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(weight, weight, price, price), { minLength: 1, maxLength: 8 }), (assets) => {
      const named = (pick: (each: (typeof assets)[number]) => number): Map<string, number> =>
        new Map(assets.map((each, at) => [`A${at}`, pick(each)]));
      const { state } = startIndex(
        '2024-01-02',
        named(([first]) => first),
        named(([, , before]) => before),
      );
      if (!state) return;
      const closes = named(([, , , after]) => after);
      const moved = advanceIndex(state, '2024-01-03', closes);
      const rebalanced = rebalanceIndex(
        moved,
        named(([, second]) => second),
        closes,
      ).state;
      if (!rebalanced) return;
      expect(rebalanced.level).toBe(moved.level);
      // And its new units are worth just that.
      expect(advanceIndex(rebalanced, '2024-01-03', closes).level / moved.level).toBeCloseTo(1, 9);
    }),
  );
});

test('carrying an index on session by session gives its whole history', () => {
  const table = samplePrices(4, 40);
  const [first, later] = [
    { session: table.sessions[3]!, weights: map({ S00: 0.5, S01: 0.5 }) },
    { session: table.sessions[20]!, weights: map({ S01: 0.2, S02: 0.5, S03: 0.2 }) },
  ];
  const whole = indexSeries(table, [later, first]);
  expect(whole.sessions[0]).toBe(table.sessions[3]);
  expect(whole.levels[0]).toBe(100);
  const half = indexSeries(
    { ...table, sessions: table.sessions.slice(0, 25), prices: table.prices.map((each) => each.subarray(0, 25)) },
    [first, later],
  );
  let state = half.state!;
  for (let t = 25; t < 40; t++) {
    state = advanceIndex(
      state,
      table.sessions[t]!,
      new Map(table.symbols.map((symbol, at) => [symbol, table.prices[at]![t]!])),
    );
    expect(state.level).toBe(whole.levels[t - 3]);
  }
});

test('what the weights leave is cash, and does not move', () => {
  const state = begun({ A: 0.6 }, { A: 10 });
  expect(state.cash).toBeCloseTo(40, 12);
  expect(advanceIndex(state, '2024-01-03', map({ A: 20 })).level).toBeCloseTo(160, 12);
});

test('a constituent without a price is carried at its last one; a new one without any is left out', () => {
  const state = advanceIndex(begun({ A: 0.5, B: 0.5 }, { A: 10, B: 20 }), '2024-01-03', map({ A: 12, B: Number.NaN }));
  expect(state.level).toBeCloseTo(110, 12);
  expect(advanceIndex(state, '2024-01-04', map({ B: 22 })).level).toBeCloseTo(115, 12);
  const { state: next, leftOut } = rebalanceIndex(
    state,
    map({ A: 0.5, NEW: 0.25, BAD: 0.25 }),
    map({ A: 12, BAD: -1 }),
  );
  expect(leftOut).toEqual([
    { symbol: 'BAD', reason: 'bad_price' },
    { symbol: 'NEW', reason: 'no_price' },
  ]);
  expect([...next!.units.keys()]).toEqual(['A']);
  expect(next!.level).toBeCloseTo(110, 12);
});

test('without a price of anything there is no index, and a running one goes on as it was', () => {
  expect(startIndex('2024-01-02', map({ A: 1 }), map({})).state).toBeNull();
  expect(rebalanceIndex(begun({ A: 1 }, { A: 1 }), map({}), map({})).state).toBeNull();
  expect(indexSeries({ sessions: [], symbols: [], prices: [] }, [])).toMatchObject({ sessions: [], state: null });
});

test('weights of a day without a session take effect at the next one, and of several the last', () => {
  const table = {
    sessions: ['2024-01-05', '2024-01-08', '2024-01-09'],
    symbols: ['A', 'B'],
    prices: [Float64Array.from([10, 20, 40]), Float64Array.from([10, 10, 5])],
  };
  const { levels, state, leftOut } = indexSeries(table, [
    { session: '2024-01-09', weights: map({ GONE: 1 }) },
    { session: '2024-01-07', weights: map({ B: 1 }) },
    { session: '2024-01-05', weights: map({ A: 1 }) },
    { session: '2024-01-06', weights: map({ A: 0.5 }) },
  ]);
  expect([...levels]).toEqual([100, 200, 100]);
  expect([...state!.units.keys()]).toEqual(['B']);
  expect(leftOut).toEqual([{ session: '2024-01-09', symbol: 'GONE', reason: 'no_price' }]);
});

test('whoever names the weights, and in which order, they give the same units to the last bit', () => {
  const named = { A: 0.1, B: 0.2, C: 0.3, D: 0.17, E: 0.13 };
  const closes = { A: 3, B: 7, C: 11, D: 13, E: 17 };
  const turned = Object.fromEntries(Object.entries(named).toReversed());
  expect(begun(turned, closes)).toEqual(begun(named, closes));
});

test('weights of more than 1 are shared out, and those of what has no price go to the others', () => {
  const state = begun({ A: 1.5, B: 0.5, NONE: 2 }, { A: 10, B: 20 });
  expect([state.cash, state.units.get('A'), state.units.get('B')]).toEqual([0, 7.5, 1.25]);
  const cash = begun({ A: 0.3, NONE: 0.3, ZERO: 0 }, { A: 10, ZERO: 10 });
  expect([cash.cash, cash.units.get('A')]).toEqual([expect.closeTo(40, 12), expect.closeTo(6, 12)]);
  expect([...cash.units.keys()]).toEqual(['A']);
});

test('a constituent that has no price on the day of a rebalancing is taken at its last one', () => {
  const moved = advanceIndex(begun({ A: 0.5, B: 0.5 }, { A: 10, B: 20 }), '2024-01-03', map({ A: 12 }));
  expect(moved.session).toBe('2024-01-03');
  const { state, leftOut } = rebalanceIndex(moved, map({ A: 0.5, B: 0.5 }), map({ A: 12 }));
  expect([leftOut, state?.units.get('B')]).toEqual([[], expect.closeTo(110 / 2 / 20, 12)]);
});

test('a history begins at the level that it is told to', () => {
  const table = samplePrices(1, 3);
  const weights = [{ session: table.sessions[0]!, weights: map({ S00: 1 }) }];
  expect(indexSeries(table, weights, 1_000).levels[0]).toBe(1_000);
});
