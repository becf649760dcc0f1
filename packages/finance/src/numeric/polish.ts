import { LuDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
import { multiply } from './cholesky.ts';
import { type InteriorPoint, type QuadraticProgram, type Row, value } from './quadratic-problem.ts';

/** How far a polished point may be outside a condition, or a multiplier on the wrong side of zero. */
const SLACK = 1e-11;

/** Singular values of a larger system take longer than the digits that they bring are worth. */
const LARGEST_DEPENDENT = 150;

/** Which variables are above zero, and which `atMost` rows hold with equality. */
interface Guess {
  free: boolean[];
  tight: boolean[];
}

/** What a guess leads to: the point, and how far each condition of optimality is met; negative is not met. */
interface Outcome {
  x: Float64Array;
  /** x of free variables, the gradient of those at zero. */
  variables: Float64Array;
  /** Multipliers of tight rows, room of the others. */
  rows: Float64Array;
}

/**
 * The exact solution on the conditions that the interior point shows to hold with equality. Where it shows them wrongly
 * (a variable and its multiplier may both be almost zero), the guess is mended one condition at a time. Null when that
 * does not lead to a point that meets every condition of optimality (Karush, Kuhn and Tucker).
 */
export function polish(program: QuadraticProgram, point: InteriorPoint): Float64Array | null {
  const guess: Guess = {
    free: Array.from(point.x, (each, i) => each > point.z[i]!),
    tight: Array.from(point.slack, (each, k) => each < point.weight[k]!),
  };
  const tries = guess.free.length + guess.tight.length;
  for (let tried = 0; tried <= tries; tried++) {
    const outcome = solveGuess(program, guess);
    if (!outcome) return null;
    const worst = furthest([...outcome.variables, ...outcome.rows]);
    if (worst === null) return outcome.x.map((each) => Math.max(0, each));
    const variables = guess.free.length;
    if (worst < variables) guess.free[worst] = !guess.free[worst];
    else guess.tight[worst - variables] = !guess.tight[worst - variables];
  }
  return null;
}

/** The place of the value that is most below zero; null when none is. */
function furthest(values: readonly number[]): number | null {
  let found: number | null = null;
  let least = -SLACK;
  values.forEach((each, at) => {
    if (each < least) {
      least = each;
      found = at;
    }
  });
  return found;
}

function solveGuess({ q, equal, atMost }: QuadraticProgram, guess: Guess): Outcome | null {
  const { n } = q;
  const free = [...guess.free.keys()].filter((i) => guess.free[i]);
  const tight = [...guess.tight.keys()].filter((k) => guess.tight[k]);
  const rows: Row[] = [...equal, ...tight.map((k) => atMost[k]!)];
  const solved = solveEqualities(q, free, rows);
  if (!solved) return null;
  const x = new Float64Array(n);
  free.forEach((i, a) => (x[i] = solved[a]!));
  const multipliers = solved.slice(free.length);
  const variables = multiply(q, x);
  rows.forEach(({ at, by }, k) => at.forEach((i, index) => (variables[i]! += multipliers[k]! * by[index]!)));
  for (const i of free) variables[i] = x[i]!;
  const room = Float64Array.from(atMost, (row) => row.bound - value(row, x));
  tight.forEach((k, index) => (room[k] = multipliers[equal.length + index]!));
  return { x, variables, rows: room };
}

/** Minimises ½·xᵀQx over the free variables with all rows met: [x of the free, multipliers of the rows]; null when singular. */
function solveEqualities(q: QuadraticProgram['q'], free: readonly number[], rows: readonly Row[]): number[] | null {
  const place = new Map(free.map((i, a) => [i, a]));
  const size = free.length + rows.length;
  const system = Matrix.zeros(size, size);
  const right = Matrix.zeros(size, 1);
  free.forEach((i, a) => {
    free.forEach((j, b) => system.set(a, b, q.data[i * q.n + j]!));
  });
  rows.forEach(({ at, by, bound }, k) => {
    right.set(free.length + k, 0, bound);
    at.forEach((i, index) => {
      const a = place.get(i);
      if (a === undefined) return;
      system.set(a, free.length + k, by[index]!);
      system.set(free.length + k, a, by[index]!);
    });
  });
  const factors = new LuDecomposition(system);
  const exact = factors.isSingular() ? null : factors.solve(right).getColumn(0);
  if (exact && meets(rows, free, exact)) return exact;
  // Conditions that say the same twice (caps that add up to just 1) leave multipliers open: any that fit will do.
  if (size > LARGEST_DEPENDENT) return null;
  const fitted = new SingularValueDecomposition(system, { autoTranspose: true }).solve(right).getColumn(0);
  return meets(rows, free, fitted) ? fitted : null;
}

function meets(rows: readonly Row[], free: readonly number[], solved: readonly number[]): boolean {
  if (!solved.every((each) => Number.isFinite(each))) return false;
  const x = new Map(free.map((i, a) => [i, solved[a]!]));
  return rows.every(({ at, by, bound }) => {
    const sum = at.reduce((total, i, index) => total + by[index]! * (x.get(i) ?? 0), 0);
    return Math.abs(sum - bound) <= SLACK;
  });
}
