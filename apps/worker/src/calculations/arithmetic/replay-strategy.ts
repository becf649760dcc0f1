import { type IndexWeights, indexSeries, type PriceTable, rebalanceDue, type RebalancingRule } from '@freshet/finance';
import type { MarketSymbol, SessionDate } from '@freshet/market';
import type { Run } from './runs-of.ts';
import { indexWeights } from './strategy-index.ts';
import { firstOf } from './strategy-prices.ts';

/** A replayed index begins a quarter into the history: its first run needs returns to estimate from. */
const LEAD = 63;
/** With more symbols, the optimisers would take too long to replay every past month: the index begins today. */
const MOST_TO_REPLAY = 60;

/**
 * The rebalancings that the rule would have made in the past, each by a run on only what was known then. None for a strategy
 * of too many symbols or too short a history.
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
