import { normalised } from './normalised.ts';
import type { Strategy } from './strategy.ts';

/** (1/σ) / Σ (1/σ), σ from the covariance that is chosen. */
export const inverseVolatility: Strategy = {
  title: 'Inverse volatility',
  says: 'in proportion to one over volatility',
  uses: ['covariance', 'covarianceSpan', 'periodsPerYear'],
  needs: 'risk',
  weigh(universe) {
    const { n, data } = universe.covariance();
    return normalised(Float64Array.from({ length: n }, (_, i) => 1 / Math.sqrt(data[i * n + i]!)));
  },
};
