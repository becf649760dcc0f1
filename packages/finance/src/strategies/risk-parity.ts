import type { Symmetric } from '../numeric/cholesky.ts';
import { normalised } from './normalised.ts';
import type { Strategy } from './strategy.ts';

/** Contributions within this of 1/n are equal. The product asks for 1e-6. */
const PRECISION = 1e-11;
/** Twenty assets take some tens of sweeps. */
const MAX_SWEEPS = 20_000;

/**
 * Every asset contributes the same risk: w[i]·(Σw)[i] / wᵀΣw = 1/n. Found as the minimum of ½·xᵀΣx − Σ ln x[i] / n by cyclical
 * coordinate descent, which converges for every positive definite Σ (Griveau-Billion, Richard and Roncalli 2013, "A fast
 * algorithm for computing high-dimensional risk parity portfolios").
 */
export const riskParity: Strategy = {
  title: 'Risk parity',
  says: 'every asset contributes the same risk',
  uses: ['covariance', 'covarianceSpan', 'periodsPerYear'],
  needs: 'risk',
  honoursCaps: false,
  weigh(universe) {
    const weights = equalContributions(universe.covariance());
    return weights ? normalised(weights) : 'did_not_converge';
  },
};

function equalContributions({ n, data }: Symmetric): Float64Array | null {
  const budget = 1 / n;
  const x = Float64Array.from({ length: n }, (_, i) => 1 / Math.sqrt(data[i * n + i]! * n));
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    for (let i = 0; i < n; i++) {
      let others = 0;
      for (let j = 0; j < n; j++) if (j !== i) others += data[i * n + j]! * x[j]!;
      const own = data[i * n + i]!;
      // The positive root of own·x² + others·x − budget = 0.
      const root = Math.sqrt(others * others + 4 * own * budget);
      x[i] = others > 0 ? (2 * budget) / (others + root) : (root - others) / (2 * own);
    }
    const parts = riskContributions({ n, data }, x);
    if (!parts.every((part) => Number.isFinite(part))) return null;
    if (parts.every((part) => Math.abs(part - budget) < PRECISION)) return x;
  }
  return null;
}

/** w[i]·(Σw)[i] / wᵀΣw: each asset's share of the variance; they sum to 1. */
export function riskContributions({ n, data }: Symmetric, weights: Float64Array): Float64Array {
  const parts = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    let marginal = 0;
    for (let j = 0; j < n; j++) marginal += data[i * n + j]! * weights[j]!;
    parts[i] = weights[i]! * marginal;
    total += parts[i]!;
  }
  return parts.map((part) => part / total);
}
