import fc from 'fast-check';
import { returnTable } from '../estimates/price-table.ts';
import { runStrategy } from './run-strategy.ts';
import { samplePrices } from './samples.fixture.ts';

/**
 * The same strategy, worked out in another way: single linkage is the minimum spanning tree taken apart edge by edge, and
 * the weight of each asset the product of its shares on the way down.
 */
function independently(columns: readonly number[][]): number[] {
  const mean = (list: readonly number[]): number => list.reduce((sum, each) => sum + each, 0) / list.length;
  const covariance = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, each, t) => sum + (each - mean(a)) * (b[t]! - mean(b)), 0) / (a.length - 1);
  const n = columns.length;
  const sigma = columns.map((a) => columns.map((b) => covariance(a, b)));
  const edges: { i: number; j: number; distance: number }[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const correlation = sigma[i]![j]! / Math.sqrt(sigma[i]![i]! * sigma[j]![j]!);
      edges.push({ i, j, distance: Math.sqrt((1 - correlation) / 2) });
    }
  }
  edges.sort((a, b) => a.distance - b.distance);
  const home = columns.map((_, id) => ({ id, order: [id] }));
  let next = n;
  for (const { i, j } of edges) {
    if (home[i] === home[j]) continue;
    const [older, newer] = [home[i]!, home[j]!].sort((a, b) => a.id - b.id);
    const joined = { id: next++, order: [...older!.order, ...newer!.order] };
    for (const member of joined.order) home[member] = joined;
  }
  const varianceOf = (members: number[]): number => {
    const inverse = members.map((each) => 1 / sigma[each]![each]!);
    const total = inverse.reduce((sum, each) => sum + each, 0);
    return members.reduce(
      (sum, a, i) =>
        sum + members.reduce((row, b, j) => row + (inverse[i]! * inverse[j]! * sigma[a]![b]!) / total ** 2, 0),
      0,
    );
  };
  const weights = columns.map(() => 1);
  const halve = (members: number[]): void => {
    if (members.length < 2) return;
    const [first, second] = [members.slice(0, members.length >> 1), members.slice(members.length >> 1)];
    const [a, b] = [varianceOf(first), varianceOf(second)];
    for (const each of first) weights[each]! *= b / (a + b);
    for (const each of second) weights[each]! *= a / (a + b);
    halve(first);
    halve(second);
  };
  halve(home[0]!.order);
  return weights;
}

test('its weights are those of an independent computation', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(10_000), (assets, seed) => {
      const prices = samplePrices(assets, 60, seed);
      const outcome = runStrategy({ strategy: 'hierarchical_risk_parity', prices });
      const wanted = independently(returnTable(prices).returns.map((each) => [...each]));
      expect(outcome.allocations!.map(({ weight }) => weight)).toEqual(wanted.map((each) => expect.closeTo(each, 12)));
    }),
    { numRuns: 40 },
  );
});

test.each(['complete', 'average', 'ward'] as const)('%s linkage gives weights that add up to 1', (linkage) => {
  const outcome = runStrategy({
    strategy: 'hierarchical_risk_parity',
    prices: samplePrices(8, 60),
    options: { linkage },
  });
  expect(outcome.allocations!.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
});
