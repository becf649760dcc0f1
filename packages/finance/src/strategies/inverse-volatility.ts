import { normalised } from './normalised.ts';
import type { Strategy } from './strategy.ts';

/** (1/σ) / Σ (1/σ), where σ is each asset's own volatility under the chosen covariance model. */
export const inverseVolatility: Strategy = {
  title: 'Inverse volatility',
  says: 'in proportion to one over volatility',
  uses: ['covariance', 'covarianceSpan', 'periodsPerYear'],
  needs: 'risk',
  weigh(universe) {
    return normalised(universe.variances().map((variance) => 1 / Math.sqrt(variance)));
  },
};
