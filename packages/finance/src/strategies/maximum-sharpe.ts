import { type Row, ones } from '../numeric/quadratic-problem.ts';
import { solveQuadraticProgram } from '../numeric/quadratic-program.ts';
import { normalised } from './normalised.ts';
import { regularised } from './regularised.ts';
import type { Strategy, Universe } from './strategy.ts';

/**
 * Maximise (μᵀw − rf) / √(wᵀΣw) over w ≥ 0, Σw = 1 and the caps. Scaling makes this a convex program: minimise yᵀΣy with
 * (μ − rf)ᵀy held fixed, then w = y / Σy (Cornuejols and Tütüncü 2006, "Optimization Methods in Finance", ch. 8.2). If there
 * are caps, which refer to the scale Σy, it is a variable of its own.
 */
export const maximumSharpe: Strategy = {
  title: 'Maximum Sharpe',
  says: 'the long-only portfolio of most excess return per volatility',
  uses: ['covariance', 'covarianceSpan', 'expectedReturns', 'returnsSpan', 'riskFree', 'periodsPerYear', 'l2'],
  needs: 'risk',
  weigh(universe) {
    const { riskFree, l2 } = universe.options;
    const excess = universe.expected().map((each) => each - riskFree);
    // The scaled program has a solution only where some portfolio has a positive excess.
    const most = mostExcess(universe, excess);
    if (!(most > 0)) return 'nothing_beats_risk_free';
    const n = excess.length;
    const caps = capRows(universe, n);
    const sigma = regularised(universe.covariance(), l2);
    const at = Array.from({ length: n }, (_, i) => i);
    const one: Row = { at, by: Array.from(excess, (each) => each / most), bound: 1 };
    const scale: Row = { at: [...at, n], by: [...ones(n), -1], bound: 0 };
    const y =
      caps.length === 0
        ? solveQuadraticProgram({ q: sigma, equal: [one], atMost: [] })
        : solveQuadraticProgram({ q: widened(sigma), equal: [one, scale], atMost: caps });
    return y ? normalised(y.subarray(0, n)) : 'did_not_converge';
  },
};

/** The highest excess return of a portfolio under the caps: the best assets first, each up to its cap. */
function mostExcess({ caps, groups }: Universe, excess: Float64Array): number {
  const room = groups.map(({ cap }) => cap);
  let left = 1;
  let sum = 0;
  for (const at of [...excess.keys()].sort((a, b) => excess[b]! - excess[a]!)) {
    const group = groups.findIndex(({ members }) => members.includes(at));
    const taken = Math.min(left, caps[at]!, room[group] ?? 1);
    if (group >= 0) room[group]! -= taken;
    left -= taken;
    sum += taken * excess[at]!;
  }
  return sum;
}

/** y[i] ≤ cap · scale, and for groups Σ y ≤ cap · scale. */
function capRows({ caps, groups }: Universe, scale: number): Row[] {
  const rows: Row[] = [];
  caps.forEach((cap, i) => {
    if (cap < 1) rows.push({ at: [i, scale], by: [1, -cap], bound: 0 });
  });
  for (const { members, cap } of groups) {
    if (cap >= 1) continue;
    rows.push({ at: [...members, scale], by: [...ones(members.length), -cap], bound: 0 });
  }
  return rows;
}

/** The same matrix with one more variable, which has no variance. */
function widened({ n, data }: { n: number; data: Float64Array }): { n: number; data: Float64Array } {
  const wide = new Float64Array((n + 1) * (n + 1));
  for (let i = 0; i < n; i++) wide.set(data.subarray(i * n, (i + 1) * n), i * (n + 1));
  return { n: n + 1, data: wide };
}
