import { type Row, ones } from '../numeric/quadratic-problem.ts';
import { solveQuadraticProgram } from '../numeric/quadratic-program.ts';
import { normalised } from './normalised.ts';
import { regularised } from './regularised.ts';
import type { Strategy, Universe } from './strategy.ts';

/** Minimise wᵀΣw over w ≥ 0, Σw = 1 and the caps (Markowitz 1952). */
export const minimumVariance: Strategy = {
  title: 'Minimum variance',
  says: 'the long-only portfolio of least volatility',
  uses: ['covariance', 'covarianceSpan', 'periodsPerYear', 'l2'],
  needs: 'risk',
  weigh(universe) {
    const n = universe.candidates.length;
    const weights = solveQuadraticProgram({
      q: regularised(universe.covariance(), universe.options.l2),
      equal: [{ at: indices(n), by: ones(n), bound: 1 }],
      atMost: capRows(universe),
    });
    return weights ? normalised(weights) : 'did_not_converge';
  },
};

function capRows({ caps, groups }: Universe): Row[] {
  const rows: Row[] = [];
  caps.forEach((cap, i) => {
    if (cap < 1) rows.push({ at: [i], by: [1], bound: cap });
  });
  for (const { members, cap } of groups) {
    if (cap < 1) rows.push({ at: members, by: ones(members.length), bound: cap });
  }
  return rows;
}

function indices(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
