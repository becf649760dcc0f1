import { type Symmetric, cholesky, dot, multiply, solveCholesky } from './cholesky.ts';
import { type InteriorPoint, type QuadraticProgram, type Row, addTo, dense, value } from './quadratic-problem.ts';

/** Typical problems take 8 to 20 steps; what needs more has no answer. */
const MAX_STEPS = 100;
/** Residuals and gap relative to the size of the problem. */
const PRECISION = 1e-12;
/** If rounding prevents a closer result, a point this near still counts as an answer. */
const ACCEPTABLE = 1e-8;
/** A step shorter than this gets nowhere. */
const SHORTEST = 1e-14;
/** Mehrotra's step is taken when it leaves less than this of what there was. */
const GAIN = 0.9;
/** How far a step goes towards the boundary: never onto it. */
const SHORT_OF = 0.995;

/**
 * Mehrotra's predictor–corrector method (Nocedal and Wright 2006, "Numerical Optimization", ch. 16.6). The scale of `q` should be
 * about 1. Null when it cannot come near a solution, as when the conditions contradict each other.
 */
export function interiorPoint({ q, equal, atMost }: QuadraticProgram): InteriorPoint | null {
  const { n } = q;
  const x = new Float64Array(n).fill(1 / n);
  const z = new Float64Array(n).fill(1);
  const slack = Float64Array.from(atMost, (row) => Math.max(row.bound - value(row, x), 1 / n));
  const weight = new Float64Array(atMost.length).fill(1);
  const y = new Float64Array(equal.length);
  const pairs = n + atMost.length;
  let best: InteriorPoint | null = null;
  let least = Infinity;
  for (let step = 0; step < MAX_STEPS; step++) {
    const dualGap = multiply(q, x);
    for (let i = 0; i < n; i++) dualGap[i]! -= z[i]!;
    equal.forEach((row, k) => addTo(dualGap, row, -y[k]!));
    atMost.forEach((row, k) => addTo(dualGap, row, weight[k]!));
    const equalGap = Float64Array.from(equal, (row) => row.bound - value(row, x));
    const slackGap = Float64Array.from(atMost, (row, k) => row.bound - slack[k]! - value(row, x));
    const complementarity = (dot(x, z) + dot(slack, weight)) / pairs;
    // Multipliers grow large where conditions leave little room; what is left of the gradient is then relative to them.
    const size = Math.max(1, largest(z), largest(weight), largest(y));
    const worst = Math.max(largest(dualGap) / size, largest(equalGap), largest(slackGap), complementarity);
    if (!Number.isFinite(worst)) break;
    if (worst < least) {
      least = worst;
      best = copyOf({ x, z, slack, weight });
    }
    if (worst < PRECISION) break;
    const system = factorise(q, equal, atMost, x, z, slack, weight);
    if (!system) break;
    const point = { x, z, slack, weight };
    const gaps = { dualGap, equalGap, slackGap };
    const towards = (centre: number, previous: Direction | null): Step => {
      const direction = solveStep(system, { q, equal, atMost }, point, gaps, centre, previous);
      const reach = stepLength(point, direction);
      return { direction, length: Math.min(1, SHORT_OF * reach), left: complementarityAfter(point, direction, reach) };
    };
    const chosen = chooseStep(towards, complementarity, worst);
    if (!(chosen.length > SHORTEST)) break;
    advance(x, chosen.direction.x, chosen.length);
    advance(z, chosen.direction.z, chosen.length);
    advance(slack, chosen.direction.slack, chosen.length);
    advance(weight, chosen.direction.weight, chosen.length);
    advance(y, chosen.direction.y, chosen.length);
  }
  return least < ACCEPTABLE ? best : null;
}

interface Step {
  direction: Direction;
  length: number;
  /** Complementarity at the end of the direction's reach. */
  left: number;
}

/**
 * Mehrotra's step: a probe without centring says how much centring and correction there is to be. His heuristic is known
 * to cycle now and then; a step that gains nothing gives way to plain centring, which never does.
 */
function chooseStep(
  towards: (centre: number, previous: Direction | null) => Step,
  complementarity: number,
  worst: number,
): Step {
  const probe = towards(0, null);
  const corrected = towards(complementarity * (probe.left / complementarity) ** 3, probe.direction);
  const gains = worst * (1 - corrected.length) + corrected.left < GAIN * (worst + complementarity);
  if (gains) return corrected;
  const centred = towards(complementarity / 2, null);
  return centred.length > SHORT_OF / 10 ? centred : towards(complementarity, null);
}

function complementarityAfter(point: InteriorPoint, d: Direction, length: number): number {
  const sum =
    aheadDot(point.x, point.z, d.x, d.z, length) + aheadDot(point.slack, point.weight, d.slack, d.weight, length);
  return sum / (point.x.length + point.slack.length);
}

function copyOf({ x, z, slack, weight }: InteriorPoint): InteriorPoint {
  return { x: x.slice(), z: z.slice(), slack: slack.slice(), weight: weight.slice() };
}

interface Direction {
  x: Float64Array;
  z: Float64Array;
  slack: Float64Array;
  weight: Float64Array;
  y: Float64Array;
}

interface Factors {
  lower: Float64Array;
  /** H⁻¹ of each equality row. */
  columns: Float64Array[];
  schur: Float64Array | null;
}

/** H = Q + Z/X + Σ (weight/slack)·g·gᵀ, and the small system of the equality rows over it. */
function factorise(
  q: Symmetric,
  equal: readonly Row[],
  atMost: readonly Row[],
  x: Float64Array,
  z: Float64Array,
  slack: Float64Array,
  weight: Float64Array,
): Factors | null {
  const { n } = q;
  const h: Symmetric = { n, data: Float64Array.from(q.data) };
  for (let i = 0; i < n; i++) h.data[i * n + i]! += z[i]! / x[i]!;
  atMost.forEach(({ at, by }, k) => {
    const d = weight[k]! / slack[k]!;
    for (let a = 0; a < at.length; a++) {
      for (let b = 0; b < at.length; b++) h.data[at[a]! * n + at[b]!]! += d * by[a]! * by[b]!;
    }
  });
  const lower = cholesky(h);
  if (!lower) return null;
  const columns = equal.map((row) => solveCholesky(lower, dense(row, n)));
  const m = equal.length;
  const data = new Float64Array(m * m);
  equal.forEach((row, a) => columns.forEach((column, b) => (data[a * m + b] = value(row, column))));
  const schur = m === 0 ? new Float64Array(0) : cholesky({ n: m, data });
  return schur ? { lower, columns, schur } : null;
}

/** One Newton direction towards x·z = slack·weight = centre. */
function solveStep(
  { lower, columns, schur }: Factors,
  { q, equal, atMost }: QuadraticProgram,
  { x, z, slack, weight }: InteriorPoint,
  { dualGap, equalGap, slackGap }: { dualGap: Float64Array; equalGap: Float64Array; slackGap: Float64Array },
  centre: number,
  previous: Direction | null,
): Direction {
  const { n } = q;
  const xz = x.map((each, i) => centre - each * z[i]! - (previous ? previous.x[i]! * previous.z[i]! : 0));
  const sw = slack.map(
    (each, k) => centre - each * weight[k]! - (previous ? previous.slack[k]! * previous.weight[k]! : 0),
  );
  const right = new Float64Array(n);
  for (let i = 0; i < n; i++) right[i] = -dualGap[i]! + xz[i]! / x[i]!;
  atMost.forEach((row, k) => addTo(right, row, (weight[k]! * slackGap[k]! - sw[k]!) / slack[k]!));
  const free = solveCholesky(lower, right);
  const y = solveCholesky(
    schur!,
    Float64Array.from(equal, (row, k) => equalGap[k]! - value(row, free)),
  );
  const dx = free;
  columns.forEach((column, k) => advance(dx, column, y[k]!));
  const dslack = Float64Array.from(atMost, (row, k) => slackGap[k]! - value(row, dx));
  return {
    x: dx,
    z: z.map((each, i) => (xz[i]! - each * dx[i]!) / x[i]!),
    slack: dslack,
    weight: weight.map((each, k) => (sw[k]! - each * dslack[k]!) / slack[k]!),
    y,
  };
}

/** The longest step, at most 1, that leaves everything positive. */
function stepLength({ x, z, slack, weight }: InteriorPoint, d: Direction): number {
  return Math.min(
    1,
    towardsZero(x, d.x),
    towardsZero(z, d.z),
    towardsZero(slack, d.slack),
    towardsZero(weight, d.weight),
  );
}

function towardsZero(from: Float64Array, direction: Float64Array): number {
  let length = Infinity;
  for (let i = 0; i < from.length; i++) if (direction[i]! < 0) length = Math.min(length, -from[i]! / direction[i]!);
  return length;
}

function aheadDot(a: Float64Array, b: Float64Array, da: Float64Array, db: Float64Array, length: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! + length * da[i]!) * (b[i]! + length * db[i]!);
  return sum;
}

function advance(from: Float64Array, direction: Float64Array, length: number): void {
  for (let i = 0; i < from.length; i++) from[i]! += length * direction[i]!;
}

function largest(values: Float64Array): number {
  let size = 0;
  for (let i = 0; i < values.length; i++) {
    const each = Math.abs(values[i]!);
    if (!(each <= size)) size = each;
  }
  return size;
}
