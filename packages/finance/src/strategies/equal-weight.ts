import type { Strategy } from './strategy.ts';

/** 1 / n. */
export const equalWeight: Strategy = {
  title: 'Equal weight',
  says: 'the same share of every asset',
  uses: [],
  needs: 'nothing',
  weigh: ({ candidates: { length } }) => (length === 0 ? 'no_assets' : new Float64Array(length).fill(1 / length)),
};
