import type { Strategy } from './strategy.ts';
import { normalised } from './normalised.ts';

/** Market capitalisation / Σ market capitalisation. */
export const marketCapWeight: Strategy = {
  title: 'Market-cap weight',
  says: 'in proportion to market capitalisation',
  uses: [],
  needs: 'market_cap',
  weigh: ({ candidates }) => normalised(Float64Array.from(candidates, ({ marketCap }) => marketCap ?? 0)),
};
