import { correlationsOf, pairwiseCorrelations } from '../estimates/covariance.ts';
import type { Symmetric } from '../numeric/cholesky.ts';
import { clusteredOrder } from './hierarchical-clusters.ts';
import { normalised } from './normalised.ts';
import type { Linkage, Strategy } from './strategy.ts';

/**
 * López de Prado 2016, "Building diversified portfolios that outperform out of sample": assets are clustered by the distance
 * √((1 − ρ)/2) and put in the order of the clusters. That list is split in halves again and again, and each half gets weight
 * in inverse proportion to its variance.
 */
export const hierarchicalRiskParity: Strategy = {
  title: 'Hierarchical risk parity',
  says: 'risk shared between clusters of assets that move together',
  uses: ['covariance', 'covarianceSpan', 'periodsPerYear', 'linkage'],
  needs: 'risk',
  weigh(universe) {
    const { covariance: model, linkage } = universe.options;
    const covariance = universe.covariance();
    // A pair's sample correlation comes from its common history, not from variances over longer histories.
    const correlations = model === 'sample' ? pairwiseCorrelations(universe.table.returns) : correlationsOf(covariance);
    return normalised(bisected(covariance, clusterOrder(correlations, linkage)));
  },
};

/** Indices of the assets in the order of their clusters. */
export function clusterOrder({ n, data }: Symmetric, linkage: Linkage): number[] {
  return clusteredOrder(n, (i, j) => Math.sqrt(Math.max(0, (1 - data[i * n + j]!) / 2)), linkage);
}

function bisected(covariance: Symmetric, order: number[]): Float64Array {
  const weights = new Float64Array(covariance.n).fill(1);
  let parts = [order];
  while (parts.length > 0) {
    const halves: number[][] = [];
    for (const part of parts) {
      if (part.length < 2) continue;
      const middle = Math.floor(part.length / 2);
      const first = part.slice(0, middle);
      const second = part.slice(middle);
      const ofFirst = clusterVariance(covariance, first);
      const ofSecond = clusterVariance(covariance, second);
      const share = 1 - ofFirst / (ofFirst + ofSecond);
      for (const i of first) weights[i]! *= share;
      for (const i of second) weights[i]! *= 1 - share;
      halves.push(first, second);
    }
    parts = halves;
  }
  return weights;
}

/** Variance of the members' inverse-variance portfolio. */
function clusterVariance({ n, data }: Symmetric, members: number[]): number {
  let sum = 0;
  for (const i of members) sum += 1 / data[i * n + i]!;
  let variance = 0;
  for (const i of members) {
    for (const j of members) variance += data[i * n + j]! / data[i * n + i]! / data[j * n + j]! / sum / sum;
  }
  return variance;
}
