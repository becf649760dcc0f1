import type { Symmetric } from './cholesky.ts';

/** One linear condition: Σ by[k]·x[at[k]] is `bound`, or at most that; the other variables take no part. */
export interface Row {
  at: readonly number[];
  by: readonly number[];
  bound: number;
}

/** Minimise ½·xᵀQx over x ≥ 0 with `equal` rows met exactly and `atMost` rows not exceeded. */
export interface QuadraticProgram {
  q: Symmetric;
  equal: readonly Row[];
  atMost: readonly Row[];
}

/** Where the interior method ended: the variables, and what marks the conditions that hold with equality. */
export interface InteriorPoint {
  x: Float64Array;
  /** Multipliers of x ≥ 0. */
  z: Float64Array;
  /** What is left below the bounds of `atMost`, and their multipliers (no weights of a portfolio). */
  slack: Float64Array;
  weight: Float64Array;
}

/** Adds `times` the row to a dense vector, in place. */
export function addTo(target: Float64Array, { at, by }: Row, times: number): void {
  for (let k = 0; k < at.length; k++) target[at[k]!]! += times * by[k]!;
}

/** What the row's left side amounts to. */
export function value({ at, by }: Row, x: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < at.length; k++) sum += by[k]! * x[at[k]!]!;
  return sum;
}

/** The row with all its zeros, n long. */
export function dense(row: Row, n: number): Float64Array {
  const result = new Float64Array(n);
  addTo(result, row, 1);
  return result;
}

/** Coefficients of a plain sum of n variables. */
export function ones(n: number): number[] {
  return Array.from({ length: n }, () => 1);
}
