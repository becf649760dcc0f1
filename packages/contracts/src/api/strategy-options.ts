import { z } from 'zod';
import { MarketSymbolText } from '../refresh.ts';

/** The names of `finance`, which has a formula for each; a test of the worker compares them. */
export const COVARIANCE_NAMES = [
  'sample',
  'ledoit_wolf',
  'ledoit_wolf_single_factor',
  'ledoit_wolf_constant_correlation',
  'exponential',
] as const;
export const RETURNS_NAMES = ['compounded', 'arithmetic', 'ema', 'capm'] as const;
export const LINKAGE_NAMES = ['single', 'complete', 'average', 'ward'] as const;
const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;
const PERIODS = ['daily', 'weekly', 'monthly', 'quarterly', 'yearly'] as const;

/** A number, or the same as text. */
function number(least: number, most = Number.MAX_SAFE_INTEGER) {
  const wrong =
    most === Number.MAX_SAFE_INTEGER
      ? `is not a number of ${least} or more`
      : `is not a number from ${least} to ${most}`;
  const text = z.string().regex(/^-?\d{1,15}(\.\d{1,18})?$/, wrong);
  return z.union([z.number(), text.transform(Number)], wrong).pipe(z.number().min(least, wrong).max(most, wrong));
}

const bySymbol = z.record(MarketSymbolText, number(0));
const NO_DECIMAL = 'is not a decimal of 0 or more, such as "100"';
const decimal = z.string().regex(/^\d{1,30}(\.\d{1,18})?$/, NO_DECIMAL);

const NO_RULE = 'is not {"every": "month"} (or day, week, quarter, year), {"drift": 0.05}, "never", or a list of these';
const rule = z.union(
  [
    z.enum(['never', ...UNITS, ...PERIODS]),
    z.strictObject({ every: z.enum([...UNITS, ...PERIODS]) }),
    z.strictObject({ drift: z.number().gt(0), relative: z.boolean().optional() }),
  ],
  NO_RULE,
);

const assetCap = number(0, 1).nullish();
const cash = number(0, 1).nullish();
const riskFree = number(-1).nullish();
const span = number(1).nullish();

const shape = {
  covariance: z.enum(COVARIANCE_NAMES).nullish().describe('Default: sample'),
  span: span.describe('Of the exponential covariance, in periods; default 180'),
  expected_returns: z.enum(RETURNS_NAMES).nullish().describe('Default: compounded'),
  returns_span: number(1).nullish().describe('Of the exponential mean return, in periods; default 500'),
  risk_free: riskFree.describe('Risk-free return per year, a fraction; default 0'),
  periods_per_year: number(1).nullish().describe('Default: 252 for sessions, 365 for crypto'),
  l2: number(0).nullish().describe('Added to every variance, to spread the weights of optimised portfolios; default 0'),
  top: number(1).nullish().describe('momentum: how many symbols are held; default 10'),
  lookback: number(1).nullish().describe('momentum: how many periods are looked back; default 252'),
  skip: number(0).nullish().describe('momentum: how many of the latest periods are passed over; default 21'),
  linkage: z
    .enum(LINKAGE_NAMES)
    .nullish()
    .describe('hierarchical_risk_parity: how clusters are joined; default single'),
  weights: bySymbol.nullish().describe('fixed_weights: shares by symbol; what is missing to 1 stays in cash'),
  asset_cap: assetCap.describe('The most of one symbol, 0 to 1'),
  asset_caps: bySymbol.nullish().describe('The most of single symbols, instead of asset_cap'),
  sector_cap: number(0, 1).nullish().describe('The most of one sector, 0 to 1'),
  sector_caps: z.record(z.string().max(60), number(0)).nullish().describe('The most of single sectors, instead'),
  cash_buffer: cash.describe('The least that stays in cash, 0 to 1'),
  rebalance: z
    .union([rule, z.array(rule)], NO_RULE)
    .nullish()
    .describe(
      'When the index is rebalanced: by calendar, by drift, never after its start, or by the first of several; default: every month',
    ),
  whole_shares: z.boolean().nullish().describe('true: signals are of whole shares'),
  minimum_trade: z
    .union([decimal, z.number().min(0).max(Number.MAX_SAFE_INTEGER)], NO_DECIMAL)
    .nullish()
    .describe('No signal of less than this value'),
  risk_free_rate: riskFree.describe('The same as risk_free'),
  covariance_span: span.describe('The same as span'),
  max_weight: assetCap.describe('The same as asset_cap'),
  cap: assetCap.describe('The same as asset_cap'),
  cash: cash.describe('The same as cash_buffer'),
};

/**
 * The options of a strategy. They are checked when the strategy is stored and read again by each of its runs, which pass over what an earlier
 * version has stored under other names.
 */
export const StrategyOptions = z.strictObject(shape).meta({ id: 'StrategyOptions' });
export const StoredStrategyOptions = z.object(shape);
export type StrategyOptions = z.output<typeof StrategyOptions>;
