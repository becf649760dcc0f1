import { equalWeight } from './equal-weight.ts';
import { fixedWeights } from './fixed-weights.ts';
import { hierarchicalRiskParity } from './hierarchical-risk-parity.ts';
import { inverseVolatility } from './inverse-volatility.ts';
import { marketCapWeight } from './market-cap-weight.ts';
import { maximumSharpe } from './maximum-sharpe.ts';
import { minimumVariance } from './minimum-variance.ts';
import { momentum } from './momentum.ts';
import { riskParity } from './risk-parity.ts';
import type { Strategy } from './strategy.ts';

/** Every strategy by the name that the API and the command line use. A new one is a file and a line here. */
export const STRATEGIES = {
  equal_weight: equalWeight,
  market_cap_weight: marketCapWeight,
  inverse_volatility: inverseVolatility,
  minimum_variance: minimumVariance,
  maximum_sharpe: maximumSharpe,
  risk_parity: riskParity,
  hierarchical_risk_parity: hierarchicalRiskParity,
  momentum: momentum,
  fixed_weights: fixedWeights,
} as const satisfies Record<string, Strategy>;

export type StrategyName = keyof typeof STRATEGIES;
export const STRATEGY_NAMES = Object.keys(STRATEGIES) as StrategyName[];

export function isStrategyName(name: string): name is StrategyName {
  return Object.hasOwn(STRATEGIES, name);
}
