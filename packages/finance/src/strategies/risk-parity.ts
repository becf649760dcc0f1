import { type Symmetric, cholesky, dot, multiply, solveCholesky } from '../numeric/cholesky.ts';
import { normalised } from './normalised.ts';
import { portfolioVolatility } from './performance.ts';
import type { Strategy } from './strategy.ts';

/** Contributions within this of 1/n are equal: the product asks for 1e-6. */
const PRECISION = 1e-9;
/** Ten steps are usual; assets that nearly hedge each other take some tens. */
const MAX_STEPS = 500;
/** A portfolio with less than this share of its assets' separate risks counts as riskless. */
const RISKLESS = 1e-6;
/** Below this decrement Newton's step is taken in full. */
const NEAR = 0.25;

/**
 * Every asset contributes the same risk: w[i]·(Σw)[i] / wᵀΣw = 1/n. That is where n/2·xᵀΣx − Σ ln x[i] is least (Maillard, Roncalli and
 * Teïletche 2010), a self-concordant function, so that damped Newton steps of 1/(1 + decrement) reach it from anywhere
 * (Spinu 2013, "An algorithm for computing risk parity weights").
 */
export const riskParity: Strategy = {
  title: 'Risk parity',
  says: 'every asset contributes the same risk',
  uses: ['covariance', 'covarianceSpan', 'periodsPerYear'],
  needs: 'risk',
  weigh(universe) {
    const weights = equalContributions(universe.covariance());
    return typeof weights === 'string' ? weights : normalised(weights);
  },
};

function equalContributions(sigma: Symmetric): Float64Array | 'no_risk' | 'did_not_converge' {
  const { n, data } = sigma;
  const x = Float64Array.from({ length: n }, (_, i) => 1 / Math.sqrt(data[i * n + i]!) / n);
  for (let step = 0; step < MAX_STEPS; step++) {
    const marginal = multiply(sigma, x);
    const downhill = x.map((each, i) => 1 / each - n * marginal[i]!);
    const curvature = data.map((value) => n * value);
    for (let i = 0; i < n; i++) curvature[i * n + i]! += 1 / x[i]! ** 2;
    const lower = cholesky({ n, data: curvature });
    if (!lower) break;
    const direction = solveCholesky(lower, downhill);
    const decrement = Math.sqrt(Math.max(0, dot(downhill, direction)));
    if (!Number.isFinite(decrement)) break;
    const length = decrement < NEAR ? 1 : 1 / (1 + decrement);
    for (let i = 0; i < n; i++) x[i]! += length * direction[i]!;
    if (decrement < NEAR && riskContributions(sigma, x).every((part) => Math.abs(part - 1 / n) < PRECISION)) return x;
  }
  // If a riskless combination exists, weights grow along it without end.
  const apart = x.reduce((sum, each, i) => sum + each * Math.sqrt(data[i * n + i]!), 0);
  return portfolioVolatility(x, sigma) < RISKLESS * apart ? 'no_risk' : 'did_not_converge';
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
