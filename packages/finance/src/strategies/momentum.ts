import { growth } from '../metrics/growth.ts';
import type { Strategy } from './strategy.ts';

/**
 * Equal shares of the N assets with the highest return over the lookback, whose latest periods are skipped (Jegadeesh and
 * Titman 1993; by default twelve months less the last one). Assets with a shorter history are ranked by the history they have.
 * Equal returns are ranked by symbol, so that the same input gives the same choice.
 */
export const momentum: Strategy = {
  title: 'Momentum top N',
  says: 'equal shares of the N assets that rose most',
  uses: ['top', 'lookback', 'skip'],
  needs: 'returns',
  weigh({ candidates, table, options: { top, lookback, skip } }) {
    const ranked = table.returns
      .map((returns, at) => {
        const end = Math.max(0, returns.length - skip);
        const window = returns.subarray(Math.max(0, end - (lookback - skip)), end);
        return {
          at,
          symbol: candidates[at]!.symbol,
          rise: window.some((each) => each === each) ? growth(window) : Number.NaN,
        };
      })
      .filter(({ rise }) => rise === rise)
      .sort((a, b) => b.rise - a.rise || (a.symbol < b.symbol ? -1 : 1))
      .slice(0, top);
    if (ranked.length === 0) return 'too_few_observations';
    const weights = new Float64Array(candidates.length);
    for (const { at } of ranked) weights[at] = 1 / ranked.length;
    return weights;
  },
};
