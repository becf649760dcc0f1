import { type IndexWeights, indexSeries, type PriceTable, rebalanceDue, type RebalancingRule } from '@freshet/finance';
import type { MarketSymbol, SessionDate } from '@freshet/market';
import type { Run } from './runs-of.ts';
import { indexWeights } from './strategy-index.ts';
import { firstOf } from './strategy-prices.ts';

/** An index that begins with history begins a quarter into it: the first run needs something to estimate from. */
const LEAD = 63;
/** Beyond this, replaying every past month would take the optimisers too long: the index begins today. */
const MOST_TO_REPLAY = 60;

/**
 * The rebalancings that the rule would have made in every past session, each by a run with no more than what was known then.
 * None for a strategy of very many symbols, or of short history.
 */
export function replayStrategy(rule: RebalancingRule, closes: PriceTable, run: Run): IndexWeights[] {
  const { sessions, symbols } = closes;
  if (symbols.length > MOST_TO_REPLAY || sessions.length <= LEAD) return [];
  const done: IndexWeights[] = [];
  for (let t = LEAD; t < sessions.length - 1; t++) {
    const session = sessions[t] as SessionDate;
    const last = done.at(-1);
    const drifts = rule.by !== 'calendar' && rule.by !== 'never' && last !== undefined;
    const weights = drifts ? indexWeights(indexSeries(firstOf(closes, t + 1), done)) : new Map<MarketSymbol, number>();
    const targets = last?.weights ?? new Map<MarketSymbol, number>();
    if (!rebalanceDue(rule, { session, last: last?.session ?? null, weights, targets }).due) continue;
    const outcome = run(t + 1);
    if (outcome.allocations)
      done.push({ session, weights: new Map(outcome.allocations.map(({ symbol, weight }) => [symbol, weight])) });
  }
  return done;
}
