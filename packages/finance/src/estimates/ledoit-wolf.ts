import type { Symmetric } from '../numeric/cholesky.ts';

/**
 * Shrinkage towards the identity times the mean variance: Ledoit and Wolf 2004, "A well-conditioned estimator for
 * large-dimensional covariance matrices", lemmas 3.2–3.4. Of one period, divided by the number of periods.
 */
export function constantVariance(returns: readonly Float64Array[]): Symmetric {
  const { columns, t, n } = centred(returns);
  const sample = products(columns, t);
  const mean = trace(sample) / n;
  // d² = ‖S − mI‖², b² = mean over periods of ‖x·xᵀ − S‖² / t, both per asset; the share is b² / d².
  let distance = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) distance += (sample.data[i * n + j]! - (i === j ? mean : 0)) ** 2;
  }
  let noise = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) noise += squares(columns[i]!, columns[j]!) / t - sample.data[i * n + j]! ** 2;
  }
  const share = distance === 0 ? 0 : Math.min(1, Math.max(0, noise / t / distance));
  return blend(sample, (i, j) => (i === j ? mean : 0), share);
}

/**
 * Shrinkage towards a single-factor model whose factor is the mean of all assets: Ledoit and Wolf 2003, "Improved
 * estimation of the covariance matrix of stock returns with an application to portfolio selection", appendix B.
 */
export function singleFactor(returns: readonly Float64Array[]): Symmetric {
  const { columns, t, n } = centred(returns);
  const sample = products(columns, t);
  const s = (i: number, j: number): number => sample.data[i * n + j]!;
  const factor = new Float64Array(t);
  for (const column of columns) for (let k = 0; k < t; k++) factor[k]! += column[k]! / n;
  // The factor as it enters the products of the estimator keeps its mean, as in the reference implementation.
  const raw = new Float64Array(t);
  for (const column of returns) for (let k = 0; k < t; k++) raw[k]! += orZero(column[k]!) / n;
  const variance = product(factor, factor) / t;
  const slopes = columns.map((column) => product(column, factor) / t);
  const target = (i: number, j: number): number => (i === j ? s(i, i) : (slopes[i]! * slopes[j]!) / variance);
  const squared = columns.map((column) => column.map((each) => each * each));
  const scaled = columns.map((column) => column.map((each, k) => each * raw[k]!));
  let distance = 0;
  let pi = 0;
  let rho = 0;
  for (let i = 0; i < n; i++) {
    rho += product(squared[i]!, squared[i]!) / t - s(i, i) ** 2;
    for (let j = 0; j < n; j++) {
      distance += (s(i, j) - target(i, j)) ** 2;
      pi += product(squared[i]!, squared[j]!) / t - s(i, j) ** 2;
      if (i === j) continue;
      const one = product(squared[i]!, scaled[j]!) / t - slopes[i]! * s(i, j);
      const three = product(scaled[i]!, scaled[j]!) / t - variance * s(i, j);
      rho += (2 * one * slopes[j]!) / variance - (three * slopes[i]! * slopes[j]!) / variance ** 2;
    }
  }
  return blend(sample, target, shareOf(pi, rho, distance, t));
}

/**
 * Shrinkage of the sample covariance towards one correlation for all pairs: Ledoit and Wolf 2004, "Honey, I shrunk the
 * sample covariance matrix", appendices A and B.
 */
export function constantCorrelation(returns: readonly Float64Array[], sample: Symmetric): Symmetric {
  const { columns, t, n } = centred(returns);
  if (n < 2) return sample;
  const s = (i: number, j: number): number => sample.data[i * n + j]!;
  const deviation = Array.from({ length: n }, (_, i) => Math.sqrt(s(i, i)));
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j) sum += s(i, j) / (deviation[i]! * deviation[j]!);
  const mean = sum / (n * (n - 1));
  const target = (i: number, j: number): number => (i === j ? s(i, i) : mean * deviation[i]! * deviation[j]!);
  const cubed = columns.map((column) => column.map((each) => each ** 3));
  const biased = products(columns, t);
  let distance = 0;
  let pi = 0;
  let rho = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const b = biased.data[i * n + j]!;
      const noise = squares(columns[i]!, columns[j]!) / t - 2 * b * s(i, j) + s(i, j) ** 2;
      pi += noise;
      distance += (s(i, j) - target(i, j)) ** 2;
      if (i === j) {
        rho += noise;
        continue;
      }
      const theta =
        product(cubed[i]!, columns[j]!) / t - biased.data[i * n + i]! * s(i, j) - b * s(i, i) + s(i, i) * s(i, j);
      rho += (mean * deviation[j]! * theta) / deviation[i]!;
    }
  }
  return blend(sample, target, shareOf(pi, rho, distance, t));
}

/** κ / t, kept within 0..1; nothing to shrink when the sample already is the target. */
function shareOf(pi: number, rho: number, distance: number, t: number): number {
  return distance === 0 ? 0 : Math.max(0, Math.min(1, (pi - rho) / distance / t));
}

function blend({ n, data }: Symmetric, target: (i: number, j: number) => number, share: number): Symmetric {
  return { n, data: data.map((value, k) => share * target(Math.floor(k / n), k % n) + (1 - share) * value) };
}

/** Columns less their means; a missing return counts as 0. */
function centred(returns: readonly Float64Array[]): { columns: Float64Array[]; t: number; n: number } {
  const t = returns[0]?.length ?? 0;
  const columns = returns.map((column) => {
    let sum = 0;
    for (let k = 0; k < t; k++) sum += orZero(column[k]!);
    return column.map((each) => orZero(each) - sum / t);
  });
  return { columns, t, n: returns.length };
}

function products(columns: readonly Float64Array[], t: number): Symmetric {
  const n = columns.length;
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) data[i * n + j] = data[j * n + i] = product(columns[i]!, columns[j]!) / t;
  }
  return { n, data };
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

/** Σ a²b². */
function squares(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * a[k]! * b[k]! * b[k]!;
  return sum;
}

function trace({ n, data }: Symmetric): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += data[i * n + i]!;
  return sum;
}

function orZero(value: number): number {
  return value === value ? value : 0;
}
