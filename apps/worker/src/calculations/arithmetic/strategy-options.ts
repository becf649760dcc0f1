import {
  type Constraints,
  COVARIANCE_MODELS,
  LINKAGES,
  type RebalancingRule,
  RETURNS_MODELS,
  type StrategyOptions,
} from '@freshet/finance';

/** What a strategy's `options` mean: the names are those of `freshet allocate`, and `rebalance`. */
export interface ReadOptions {
  strategy: Partial<StrategyOptions>;
  constraints: Constraints;
  rule: RebalancingRule;
  wholeShares: boolean;
  minimumTrade: string | null;
}

type Given = Readonly<Record<string, unknown>>;

const ALIASES: Record<string, string> = {
  risk_free_rate: 'risk_free',
  covariance_span: 'span',
  max_weight: 'asset_cap',
  cap: 'asset_cap',
  cash: 'cash_buffer',
};
const MONTHLY: RebalancingRule = { by: 'calendar', every: 'month' };
const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;

/** @throws Error that names the option and what is wrong with it */
export function readStrategyOptions(options: Given): ReadOptions {
  const given: Given = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [ALIASES[name] ?? name, value]),
  );
  const read = reader(given);
  return {
    strategy: defined({
      covariance: read.oneOf('covariance', Object.keys(COVARIANCE_MODELS)) as StrategyOptions['covariance'] | undefined,
      covarianceSpan: read.number('span', 1),
      expectedReturns: read.oneOf('expected_returns', Object.keys(RETURNS_MODELS)) as
        | StrategyOptions['expectedReturns']
        | undefined,
      returnsSpan: read.number('returns_span', 1),
      riskFree: read.number('risk_free', -1),
      periodsPerYear: read.number('periods_per_year', 1),
      l2: read.number('l2', 0),
      top: read.number('top', 1),
      lookback: read.number('lookback', 1),
      skip: read.number('skip', 0),
      linkage: read.oneOf('linkage', LINKAGES) as StrategyOptions['linkage'] | undefined,
      weights: read.shares('weights'),
    }),
    constraints: defined({
      assetCap: read.number('asset_cap', 0, 1),
      assetCaps: read.shares('asset_caps'),
      sectorCap: read.number('sector_cap', 0, 1),
      sectorCaps: read.shares('sector_caps'),
      cashBuffer: read.number('cash_buffer', 0, 1),
    }),
    rule: ruleOf(given.rebalance),
    wholeShares: given.whole_shares === true,
    minimumTrade: given.minimum_trade === undefined ? null : String(given.minimum_trade),
  };
}

function reader(given: Given) {
  const wrong = (name: string, what: string) =>
    new Error(`option ${name} is ${JSON.stringify(given[name])}, and must be ${what}`);
  return {
    number(name: string, least: number, most = Infinity): number | undefined {
      if (given[name] === undefined || given[name] === null) return undefined;
      const value = Number(given[name]);
      if (!(value >= least && value <= most)) throw wrong(name, `a number from ${least} to ${most}`);
      return value;
    },
    oneOf(name: string, names: readonly string[]): string | undefined {
      if (given[name] === undefined || given[name] === null) return undefined;
      if (!names.includes(String(given[name]))) throw wrong(name, `one of ${names.join(', ')}`);
      return String(given[name]);
    },
    shares(name: string): Record<string, number> | undefined {
      const value = given[name];
      if (value === undefined || value === null) return undefined;
      if (typeof value !== 'object' || !Object.values(value).every((share) => Number(share) >= 0))
        throw wrong(name, 'an object of numbers');
      return Object.fromEntries(Object.entries(value).map(([key, share]) => [key, Number(share)]));
    },
  };
}

/** `"month"`, `{every: "month"}`, `{drift: 0.05, relative: true}`, `"never"` (after the start), or a list of them. Default: monthly. */
function ruleOf(given: unknown): RebalancingRule {
  if (given === undefined || given === null) return MONTHLY;
  if (given === 'never') return { by: 'never' };
  if (Array.isArray(given)) return { by: 'any', of: given.map(ruleOf) };
  const { every, drift, relative } = (typeof given === 'object' ? given : { every: given }) as Given;
  if (Number(drift) > 0) return { by: 'drift', threshold: Number(drift), relative: relative === true };
  const unit = UNITS.find((each) => each === every || `${each}ly` === every);
  if (unit) return { by: 'calendar', every: unit };
  throw new Error(
    `option rebalance is ${JSON.stringify(given)}, and must be {every: ${UNITS.join('|')}}, {drift: share} or "never"`,
  );
}

function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
