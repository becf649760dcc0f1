import type { Symmetric } from '../numeric/cholesky.ts';

/** Σ + γI: penalises the sum of squared weights, so that an optimised portfolio holds more assets. */
export function regularised({ n, data }: Symmetric, gamma: number): Symmetric {
  if (gamma === 0) return { n, data };
  const result = Float64Array.from(data);
  for (let i = 0; i < n; i++) result[i * n + i]! += gamma;
  return { n, data: result };
}
