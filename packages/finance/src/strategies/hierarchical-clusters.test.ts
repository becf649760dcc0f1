import fc from 'fast-check';
import { clusteredOrder } from './hierarchical-clusters.ts';
import type { Linkage } from './strategy.ts';

type Point = readonly [x: number, y: number];
const apart = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
const mean = (list: readonly number[]): number => list.reduce((sum, each) => sum + each, 0) / list.length;
const centre = (points: readonly Point[]): Point => [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];

/** The distance of two clusters by its definition over all their points, not by an update from smaller clusters. */
const BY_DEFINITION: Record<Linkage, (a: readonly Point[], b: readonly Point[]) => number> = {
  single: (a, b) => Math.min(...a.flatMap((one) => b.map((other) => apart(one, other)))),
  complete: (a, b) => Math.max(...a.flatMap((one) => b.map((other) => apart(one, other)))),
  average: (a, b) => mean(a.flatMap((one) => b.map((other) => apart(one, other)))),
  // Ward 1963: what joining them adds to the squared distances from the centres, on the scale of a distance of two points.
  ward: (a, b) => Math.sqrt((2 * a.length * b.length) / (a.length + b.length)) * apart(centre(a), centre(b)),
};

function orderByDefinition(points: readonly Point[], linkage: Linkage): number[] {
  let clusters = points.map((_, at) => [at]);
  const distance = (a: readonly number[], b: readonly number[]): number =>
    BY_DEFINITION[linkage](
      a.map((at) => points[at]!),
      b.map((at) => points[at]!),
    );
  while (clusters.length > 1) {
    const pairs = clusters.flatMap((older, i) => clusters.slice(i + 1).map((newer) => ({ older, newer })));
    const { older, newer } = pairs.reduce((best, each) =>
      distance(each.older, each.newer) < distance(best.older, best.newer) ? each : best,
    );
    clusters = [...clusters.filter((each) => each !== older && each !== newer), [...older, ...newer]];
  }
  return clusters[0] ?? [];
}

test.each(['single', 'complete', 'average', 'ward'] as const)(
  '%s linkage joins the clusters that its definition joins',
  (linkage) => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 12 }), (seed, n) => {
        // Points of irrational steps: no two distances are equal, so rounding decides nothing.
        const points = Array.from({ length: n }, (_, at): Point => {
          const step = seed * 13 + at + 1;
          return [(step * Math.SQRT2) % 1, (step * step * Math.sqrt(3)) % 1];
        });
        expect(clusteredOrder(n, (i, j) => apart(points[i]!, points[j]!), linkage)).toEqual(
          orderByDefinition(points, linkage),
        );
      }),
      { numRuns: 30 },
    );
  },
);

test('of pairs that are equally near, the first is joined', () => {
  expect(clusteredOrder(3, () => 1, 'complete')).toEqual([2, 0, 1]);
});
