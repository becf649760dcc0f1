import { normalised } from './normalised.ts';
import type { Strategy } from './strategy.ts';

/** The given weights. If they add up to less than 1, the run keeps the rest in cash. */
export const fixedWeights: Strategy = {
  title: 'Fixed weights',
  says: 'the shares that are given; what is missing to 1 stays in cash',
  uses: ['weights'],
  needs: 'weight',
  weigh: ({ candidates, options }) =>
    normalised(Float64Array.from(candidates, ({ symbol }) => options.weights[symbol] ?? 0)),
};
