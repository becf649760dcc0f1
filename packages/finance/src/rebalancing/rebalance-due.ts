import type { MarketSymbol, SessionDate } from '@freshet/market';
import { type CalendarUnit, calendarPeriod } from '../metrics/calendar-period.ts';
import { driftOf } from '../valuation/drift.ts';

/** When a strategy's targets are to be applied again. */
export type RebalancingRule =
  | { by: 'calendar'; every: CalendarUnit }
  /** When one weight is further than `threshold` from its target: in points of the whole, or relative to the target. */
  | { by: 'drift'; threshold: number; relative?: boolean }
  /** When one of several rules says so. */
  | { by: 'any'; of: readonly RebalancingRule[] }
  /** Once, at the start: what was bought is held. */
  | { by: 'never' };

export interface RebalancingState {
  session: SessionDate;
  /** Null when nothing was ever applied: then every rule says yes, for there is nothing yet to leave as it is. */
  last: SessionDate | null;
  weights: ReadonlyMap<MarketSymbol, number>;
  targets: ReadonlyMap<MarketSymbol, number>;
}

export interface RebalancingVerdict {
  due: boolean;
  /** For people and for the record: which rule spoke, and by how much. */
  because: string;
}

/** Whether a rebalancing is due at a session. */
export function rebalanceDue(rule: RebalancingRule, state: RebalancingState): RebalancingVerdict {
  if (state.last === null) return { due: true, because: 'nothing was ever applied' };
  if (rule.by === 'never') return { due: false, because: 'the rule is never to rebalance' };
  switch (rule.by) {
    case 'calendar': {
      const before = calendarPeriod(state.last, rule.every);
      const now = calendarPeriod(state.session, rule.every);
      return now > before
        ? { due: true, because: `a new ${rule.every} began: ${now}` }
        : { due: false, because: `it was rebalanced in ${before}` };
    }
    case 'drift':
      return byDrift(rule, state);
    case 'any': {
      const verdicts = rule.of.map((each) => rebalanceDue(each, state));
      return (
        verdicts.find(({ due }) => due) ?? { due: false, because: verdicts.map((each) => each.because).join('; ') }
      );
    }
  }
}

function byDrift(
  { threshold, relative }: { threshold: number; relative?: boolean },
  state: RebalancingState,
): RebalancingVerdict {
  const holdings = Array.from(state.weights, ([symbol, value]) => ({ symbol, weight: { value }, target: null }));
  let worst = { symbol: '', drift: 0 };
  for (const [symbol, drift] of driftOf(holdings, state.targets)?.bySymbol ?? []) {
    const target = state.targets.get(symbol) ?? 0;
    // What should not be held at all is infinitely far from its target in relative terms.
    const size = relative ? (drift === 0 ? 0 : Math.abs(drift) / target) : Math.abs(drift);
    if (size > worst.drift) worst = { symbol, drift: size };
  }
  const shown = `${worst.symbol || 'nothing'} drifted by ${(worst.drift * 100).toFixed(2)} %`;
  return { due: worst.drift > threshold, because: shown };
}
