import { LuDecomposition, Matrix } from 'ml-matrix';
import { multiply } from './cholesky.ts';
import { type InteriorPoint, type QuadraticProgram, value } from './quadratic-problem.ts';

/** How far a polished point may be outside a condition, or a multiplier on the wrong side of zero. */
const SLACK = 1e-11;

/**
 * The exact solution on the conditions that the interior point shows to hold with equality, or null when these were read
 * wrongly: the solution is kept only if it meets every condition of optimality (Karush, Kuhn and Tucker).
 */
export function polish({ q, equal, atMost }: QuadraticProgram, point: InteriorPoint): Float64Array | null {
  const { n } = q;
  const free = Array.from({ length: n }, (_, i) => i).filter((i) => point.x[i]! > point.z[i]!);
  const place = new Map(free.map((i, k) => [i, k]));
  const tight = atMost.filter((_, k) => point.slack[k]! < point.weight[k]!);
  const rows = [...equal, ...tight];
  const size = free.length + rows.length;
  const system = Matrix.zeros(size, size);
  const right = Matrix.zeros(size, 1);
  free.forEach((i, a) => {
    free.forEach((j, b) => system.set(a, b, q.data[i * n + j]!));
  });
  rows.forEach(({ at, by, bound }, k) => {
    at.forEach((i, index) => {
      const a = place.get(i);
      if (a === undefined) return;
      system.set(a, free.length + k, by[index]!);
      system.set(free.length + k, a, by[index]!);
    });
    right.set(free.length + k, 0, bound);
  });
  const factors = new LuDecomposition(system);
  if (factors.isSingular()) return null;
  const solved = factors.solve(right);
  const x = new Float64Array(n);
  free.forEach((i, a) => (x[i] = solved.get(a, 0)));
  if (!x.every((each) => Number.isFinite(each) && each >= -SLACK)) return null;
  x.forEach((each, i) => (x[i] = Math.max(0, each)));
  if (atMost.some((row) => value(row, x) > row.bound + SLACK)) return null;
  const multipliers = rows.map((_, k) => solved.get(free.length + k, 0));
  if (tight.some((_, k) => multipliers[equal.length + k]! < -SLACK)) return null;
  const gradient = multiply(q, x);
  rows.forEach(({ at, by }, k) => at.forEach((i, index) => (gradient[i]! += multipliers[k]! * by[index]!)));
  return gradient.every((each, i) => place.has(i) || each >= -SLACK) ? x : null;
}
