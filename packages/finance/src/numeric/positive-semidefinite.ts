import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { type Symmetric, cholesky } from './cholesky.ts';

/** Covariances of pairs over their own common history need not fit together; this much rounding is let pass. */
const TOLERANCE = 1e-16;

export function isPositiveSemidefinite({ n, data }: Symmetric): boolean {
  const shifted = Float64Array.from(data);
  for (let i = 0; i < n; i++) shifted[i * n + i]! += TOLERANCE;
  return cholesky({ n, data: shifted }) !== null;
}

/**
 * The matrix itself when it is positive semidefinite, else the nearest one in the Frobenius norm: its negative
 * eigenvalues set to zero (Higham 1988, "Computing a nearest symmetric positive semidefinite matrix").
 */
export function nearestPositiveSemidefinite(matrix: Symmetric): Symmetric {
  if (isPositiveSemidefinite(matrix)) return matrix;
  const { n } = matrix;
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(Matrix.from1DArray(n, n, matrix.data), {
    assumeSymmetric: true,
  });
  const data = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const value = realEigenvalues[k]!;
    if (value <= 0) continue;
    const vector = eigenvectorMatrix.getColumn(k);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) data[i * n + j]! += value * vector[i]! * vector[j]!;
    }
  }
  return { n, data };
}
