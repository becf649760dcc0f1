import { driftOf } from './drift.ts';

const held = (symbol: string, value: number | null, target: number | null = null) => ({
  symbol,
  weight: { value },
  target,
});

test('the largest drift is the one furthest from its target, below it or above, and the total what has to change hands', () => {
  const targets = new Map([
    ['A', 0.75],
    ['B', 0.125],
    ['C', 0.125],
  ]);
  const drift = driftOf([held('A', 0.25), held('B', 0.5), held('C', 0.25)], targets);
  expect(drift).toMatchObject({ total: 0.5, largest: { symbol: 'A', drift: -0.5 } });
  expect([...drift!.bySymbol]).toEqual([
    ['A', -0.5],
    ['B', 0.375],
    ['C', 0.125],
  ]);
});

test('where no weight is known there is no drift, whatever is wanted besides', () => {
  expect(driftOf([held('A', null, 0.5)], new Map([['B', 0.5]]))).toBeNull();
  expect(driftOf([], new Map([['B', 0.5]]))).toMatchObject({ total: 0.25, largest: { symbol: 'B', drift: -0.5 } });
});

test('two positions of one symbol are one', () => {
  const drift = driftOf([held('A', 0.25), held('A', 0.25, 0.5), held('B', 0.5, 0.5)]);
  expect(drift).toMatchObject({ total: 0, largest: { drift: 0 } });
});

test('a holding’s own target comes before that of its portfolio, and what has none should not be held', () => {
  const drift = driftOf([held('A', 0.75, 0.5), held('B', 0.25)], new Map([['A', 1]]));
  expect([...drift!.bySymbol]).toEqual([
    ['A', 0.25],
    ['B', 0.25],
  ]);
});
