import {
  COVARIANCE_MODELS,
  type Constraints,
  type CovarianceModel,
  DEFAULT_OPTIONS,
  LINKAGES,
  type Linkage,
  RETURNS_MODELS,
  type ReturnsModel,
  type StrategyOptions,
} from '@freshet/finance';

/** What `freshet allocate` is told by `--option name=value`. */
export interface AllocateOptions {
  strategy: Partial<StrategyOptions>;
  constraints: Constraints;
  sectors: Record<string, string>;
  marketCaps: Record<string, number>;
  wholeShares: boolean;
  /** Money to share out, as decimal text; null asks for weights only. */
  value: string | null;
  holdings: Record<string, string>;
  cash: string | null;
  minimumTrade: string | null;
}

interface OptionSpec {
  says: string;
  read(text: string, into: AllocateOptions): void;
}

const COVARIANCE_NAMES: Record<string, CovarianceModel> = {
  sample_cov: 'sample',
  exp: 'exponential',
  exp_cov: 'exponential',
  ledoit_wolf_constant_variance: 'ledoit_wolf',
};
const RETURNS_NAMES: Record<string, ReturnsModel> = {
  mean_historical_return: 'compounded',
  mean: 'arithmetic',
  ema_historical_return: 'ema',
  capm_return: 'capm',
};

const strategyNumber = (key: 'riskFree' | 'l2' | 'periodsPerYear', says: string, least: number): OptionSpec => ({
  says: `${says} (default ${DEFAULT_OPTIONS[key]})`,
  read: (text, into) => (into.strategy[key] = numberAtLeast(text, least)),
});
const strategyCount = (
  key: 'covarianceSpan' | 'returnsSpan' | 'top' | 'lookback' | 'skip',
  says: string,
  least: number,
): OptionSpec => ({
  says: `${says} (default ${DEFAULT_OPTIONS[key]})`,
  read: (text, into) => (into.strategy[key] = countAtLeast(text, least)),
});

/** Every option by its name; the help is made of this table. */
export const ALLOCATE_OPTIONS: Record<string, OptionSpec> = {
  covariance: {
    says: `${Object.keys(COVARIANCE_MODELS).join(' | ')} (default sample)`,
    read: (text, into) =>
      (into.strategy.covariance = oneOf(text, Object.keys(COVARIANCE_MODELS), COVARIANCE_NAMES) as CovarianceModel),
  },
  span: strategyCount('covarianceSpan', 'of the exponential covariance, in periods', 1),
  expected_returns: {
    says: `${Object.keys(RETURNS_MODELS).join(' | ')} (default compounded); capm takes --market, else the mean of the assets`,
    read: (text, into) =>
      (into.strategy.expectedReturns = oneOf(text, Object.keys(RETURNS_MODELS), RETURNS_NAMES) as ReturnsModel),
  },
  returns_span: strategyCount('returnsSpan', 'of the ema of returns, in periods', 1),
  risk_free: strategyNumber('riskFree', 'risk-free return per year, a fraction', -1),
  periods_per_year: strategyNumber(
    'periodsPerYear',
    '252 for trading days, 365 for crypto, 52 for weeks',
    Number.MIN_VALUE,
  ),
  l2: strategyNumber('l2', 'added to every variance of minimum_variance and maximum_sharpe, to spread weights', 0),
  top: strategyCount('top', 'momentum: how many assets are held', 1),
  lookback: strategyCount('lookback', 'momentum: periods looked back', 1),
  skip: strategyCount('skip', 'momentum: latest periods passed over', 0),
  linkage: {
    says: `hierarchical_risk_parity: ${LINKAGES.join(' | ')} (default single)`,
    read: (text, into) => (into.strategy.linkage = oneOf(text, LINKAGES, {}) as Linkage),
  },
  weights: {
    says: 'fixed_weights: A:0.6,B:0.4; what is missing to 1 stays in cash',
    read: (text, into) => (into.strategy.weights = pairs(text, (value) => numberAtLeast(value, 0))),
  },
  market_caps: {
    says: 'market_cap_weight: A:3e12,B:2e11',
    read: (text, into) => (into.marketCaps = pairs(text, (value) => numberAtLeast(value, 0))),
  },
  asset_cap: { says: 'the most of one asset, 0..1', read: (text, into) => (into.constraints.assetCap = share(text)) },
  asset_caps: {
    says: 'of single assets, instead: A:0.1,B:0.2',
    read: (text, into) => (into.constraints.assetCaps = pairs(text, share)),
  },
  sectors: { says: 'A:Energy,B:Energy', read: (text, into) => (into.sectors = pairs(text, (value) => value)) },
  sector_cap: {
    says: 'the most of one sector, 0..1',
    read: (text, into) => (into.constraints.sectorCap = share(text)),
  },
  sector_caps: {
    says: 'of single sectors, instead: Energy:0.2',
    read: (text, into) => (into.constraints.sectorCaps = pairs(text, share)),
  },
  cash_buffer: { says: 'the least in cash, 0..1', read: (text, into) => (into.constraints.cashBuffer = share(text)) },
  value: {
    says: 'money to share out: adds quantities and signals (with holdings or cash it is what they are worth)',
    read: (text, into) => (into.value = decimal(text)),
  },
  holdings: {
    says: 'units held now, A:10,B:2.5: adds signals',
    read: (text, into) => (into.holdings = pairs(text, decimal)),
  },
  cash: { says: 'cash held now', read: (text, into) => (into.cash = decimal(text)) },
  whole_shares: { says: 'true: only whole units', read: (text, into) => (into.wholeShares = yesOrNo(text)) },
  minimum_trade: {
    says: 'no signal for less than this value',
    read: (text, into) => (into.minimumTrade = decimal(text)),
  },
};

/** Other names of the same options. */
const OTHER_NAMES: Record<string, string> = {
  risk_free_rate: 'risk_free',
  covariance_span: 'span',
  frequency: 'periods_per_year',
  max_weight: 'asset_cap',
  gamma: 'l2',
};

/**
 * Reads `name=value` texts; hyphens in names are as good as underscores.
 *
 * @throws Error that names the option and what it takes
 */
export function readAllocateOptions(given: readonly string[]): AllocateOptions {
  const options: AllocateOptions = {
    strategy: {},
    constraints: {},
    sectors: named([]),
    marketCaps: named([]),
    wholeShares: false,
    value: null,
    holdings: named([]),
    cash: null,
    minimumTrade: null,
  };
  for (const text of given) {
    const equals = text.indexOf('=');
    if (equals < 1) throw new Error(`--option ${text}: an option is written name=value.`);
    const written = text.slice(0, equals).trim().replaceAll('-', '_');
    const name = OTHER_NAMES[written] ?? written;
    if (!Object.hasOwn(ALLOCATE_OPTIONS, name)) {
      throw new Error(
        `--option ${written}: there is no such option. Known are ${Object.keys(ALLOCATE_OPTIONS).join(', ')}.`,
      );
    }
    try {
      ALLOCATE_OPTIONS[name]!.read(text.slice(equals + 1).trim(), options);
    } catch (cause) {
      throw new Error(`--option ${written}: ${(cause as Error).message} It is ${ALLOCATE_OPTIONS[name]!.says}.`, {
        cause,
      });
    }
  }
  const { lookback, skip } = { ...DEFAULT_OPTIONS, ...options.strategy };
  if (lookback <= skip) throw new Error(`--option lookback: ${lookback} periods, of which skip passes over ${skip}.`);
  return options;
}

function numberAtLeast(text: string, least: number): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value < least)
    throw new Error(`“${text}” is not a number that it takes.`);
  return value;
}

function countAtLeast(text: string, least: number): number {
  const value = numberAtLeast(text, least);
  if (!Number.isInteger(value)) throw new Error(`“${text}” is not a whole number.`);
  return value;
}

function share(text: string): number {
  const value = numberAtLeast(text, 0);
  if (value > 1) throw new Error(`“${text}” is more than 1.`);
  return value;
}

function decimal(text: string): string {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`“${text}” is not a decimal.`);
  return text;
}

function yesOrNo(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new Error(`“${text}” is neither true nor false.`);
  return text === 'true';
}

function oneOf(text: string, names: readonly string[], others: Record<string, string>): string {
  const name = text.replaceAll('-', '_');
  if (names.includes(name)) return name;
  if (Object.hasOwn(others, name)) return others[name]!;
  throw new Error(`“${text}” is not known.`);
}

/** `A:1,B:2`; the last colon divides, for symbols may have one of their own. */
function pairs<T>(text: string, read: (value: string) => T): Record<string, T> {
  const entries = text.split(',').map((part): [string, T] => {
    const colon = part.lastIndexOf(':');
    if (colon < 1) throw new Error(`“${part}” is not written NAME:VALUE.`);
    return [part.slice(0, colon).trim(), read(part.slice(colon + 1).trim())];
  });
  const twice = entries.find(([name], at) => entries.findIndex(([other]) => other === name) !== at);
  if (twice) throw new Error(`${twice[0]} is named twice.`);
  return named(entries);
}

/** Without what every object inherits: a column may be called `constructor`. */
function named<T>(entries: readonly [string, T][]): Record<string, T> {
  return Object.setPrototypeOf(Object.fromEntries(entries), null) as Record<string, T>;
}
