/** A symmetric n × n matrix, row by row. */
export interface Symmetric {
  n: number;
  data: Float64Array;
}

/**
 * The lower triangle L of A = L·Lᵀ, row by row, or null when A is not positive definite. On typed arrays because it
 * is the inner loop of every optimisation.
 */
export function cholesky({ n, data }: Symmetric): Float64Array | null {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    for (let j = 0; j <= i; j++) {
      const rowJ = j * n;
      let sum = data[rowI + j]!;
      for (let k = 0; k < j; k++) sum -= lower[rowI + k]! * lower[rowJ + k]!;
      if (i === j) {
        if (!(sum > 0)) return null;
        lower[rowI + i] = Math.sqrt(sum);
      } else lower[rowI + j] = sum / lower[rowJ + j]!;
    }
  }
  return lower;
}

/** Solves L·Lᵀ·x = b for a triangle of {@link cholesky}. */
export function solveCholesky(lower: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    let sum = x[i]!;
    for (let k = 0; k < i; k++) sum -= lower[i * n + k]! * x[k]!;
    x[i] = sum / lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let k = i + 1; k < n; k++) sum -= lower[k * n + i]! * x[k]!;
    x[i] = sum / lower[i * n + i]!;
  }
  return x;
}

/** A·x. */
export function multiply({ n, data }: Symmetric, x: Float64Array): Float64Array {
  const result = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += data[i * n + j]! * x[j]!;
    result[i] = sum;
  }
  return result;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
