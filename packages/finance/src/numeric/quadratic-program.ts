import type { Symmetric } from './cholesky.ts';
import { interiorPoint } from './interior-point.ts';
import { polish } from './polish.ts';
import type { QuadraticProgram } from './quadratic-problem.ts';

/**
 * Solves a convex quadratic program by an interior point method, then polishes the answer on the conditions that hold with equality, which gives it full precision
 * and exact zeros. Deterministic, and bounded in its steps whatever the input. Null when there is no point that meets the
 * conditions, or none was found.
 */
export function solveQuadraticProgram(program: QuadraticProgram): Float64Array | null {
  const { n } = program.q;
  const scale = largestDiagonal(program.q);
  if (n === 0 || !(scale > 0)) return null;
  const q: Symmetric = { n, data: program.q.data.map((value) => value / scale) };
  const scaled: QuadraticProgram = { ...program, q };
  const point = interiorPoint(scaled);
  if (!point) return null;
  return polish(scaled, point) ?? point.x;
}

function largestDiagonal({ n, data }: Symmetric): number {
  let size = 0;
  for (let i = 0; i < n; i++) size = Math.max(size, data[i * n + i]!);
  return size;
}
