import { normalised } from './normalised.ts';
import type { Strategy } from './strategy.ts';

/** The weights that were given. Given less than 1 in all, the rest is cash: see the run. */
export const fixedWeights: Strategy = {
  title: 'Fixed weights',
  says: 'the shares that are given; what is missing to 1 stays in cash',
  uses: ['weights'],
  needs: 'weight',
  weigh: ({ candidates, options }) =>
    normalised(Float64Array.from(candidates, ({ symbol }) => options.weights[symbol] ?? 0)),
};
