import type { Constraints, RebalancingRule, StrategyOptions } from '@freshet/finance';
import { type StrategyOptions as Sent, StoredStrategyOptions } from '@freshet/contracts/strategy-options';

/** What a strategy's `options` mean. */
export interface ReadOptions {
  strategy: Partial<StrategyOptions>;
  constraints: Constraints;
  rule: RebalancingRule;
  wholeShares: boolean;
  minimumTrade: string | null;
}

const MONTHLY: RebalancingRule = { by: 'calendar', every: 'month' };
const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;

/** Reads stored options by the rules that the api checks them with. @throws Error that names the option and what is wrong with it */
export function readStrategyOptions(options: Readonly<Record<string, unknown>>): ReadOptions {
  const { success, data, error } = StoredStrategyOptions.safeParse(options);
  if (!success) {
    const [issue] = error.issues;
    const name = issue?.path.join('.') ?? '';
    throw new Error(`option ${name} is ${JSON.stringify(options[String(issue?.path[0])])}: ${issue?.message}`);
  }
  const given = data;
  return {
    strategy: defined({
      covariance: given.covariance,
      covarianceSpan: given.span ?? given.covariance_span,
      expectedReturns: given.expected_returns,
      returnsSpan: given.returns_span,
      riskFree: given.risk_free ?? given.risk_free_rate,
      periodsPerYear: given.periods_per_year,
      l2: given.l2,
      top: given.top,
      lookback: given.lookback,
      skip: given.skip,
      linkage: given.linkage,
      weights: given.weights,
    }),
    constraints: defined({
      assetCap: given.asset_cap ?? given.max_weight ?? given.cap,
      assetCaps: given.asset_caps,
      sectorCap: given.sector_cap,
      sectorCaps: given.sector_caps,
      cashBuffer: given.cash_buffer ?? given.cash,
    }),
    rule: ruleOf(given.rebalance),
    wholeShares: given.whole_shares === true,
    minimumTrade:
      given.minimum_trade === undefined || given.minimum_trade === null ? null : String(given.minimum_trade),
  };
}

/** Default: monthly. */
function ruleOf(given: Sent['rebalance']): RebalancingRule {
  if (given === undefined || given === null) return MONTHLY;
  if (given === 'never') return { by: 'never' };
  if (Array.isArray(given)) return { by: 'any', of: given.map(ruleOf) };
  if (typeof given === 'object' && 'drift' in given) {
    return { by: 'drift', threshold: given.drift, relative: given.relative === true };
  }
  const word = typeof given === 'object' ? given.every : given;
  // `month` or `monthly`; a day's is `daily`.
  const every = UNITS.find((unit) => word === unit || word === (unit === 'day' ? 'daily' : `${unit}ly`));
  return every ? { by: 'calendar', every } : MONTHLY;
}

/** Without what wasn't given. */
function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined | null> } {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
  ) as never;
}
