import { z } from 'zod';
import { PeriodMetricsView } from '../valuation.ts';
import { MarketSymbolText } from '../refresh.ts';
import { StrategyOptions } from './strategy-options.ts';
import { day, flag, money, operationsOf, pageOf, paging, pagingOfAll, version, when } from './operation.ts';

const tag = 'Strategies, indexes, metrics';
const name = z.string().trim().min(1).max(100);
const strategyPath = z.strictObject({ strategy_id: z.string().describe('A strategy id (`stg_…`)') });

export const StrategyView = z
  .strictObject({
    strategy_id: z.string(),
    name: z.string(),
    method: z.string(),
    options: z.record(z.string(), z.unknown()),
    symbols: z.array(z.string()),
    applies_to_index: z.boolean().describe('True: its signals are applied to an index of its own'),
    capital: money.describe('What its quantities are calculated for, in USD'),
    active: z.boolean(),
    version,
    created_at: when,
  })
  .meta({ id: 'Strategy' });
export type StrategyView = z.infer<typeof StrategyView>;

/** The methods of strategies. `finance` has a file for each; a test compares its catalogue with this list. */
export const STRATEGY_METHODS = [
  'equal_weight',
  'market_cap_weight',
  'inverse_volatility',
  'minimum_variance',
  'maximum_sharpe',
  'risk_parity',
  'hierarchical_risk_parity',
  'momentum',
  'fixed_weights',
] as const;

const strategyFields = {
  name,
  method: z.enum(STRATEGY_METHODS),
  options: StrategyOptions.optional().describe('What the method goes by; the others have no effect on it'),
  symbols: z
    .array(MarketSymbolText)
    .min(1)
    .max(500)
    .describe('The symbols that it chooses from; they become assets, and are fetched from then on'),
  applies_to_index: z.boolean().optional(),
  capital: z
    .string()
    .regex(/^\d{1,30}(\.\d{1,18})?$/, 'is not a decimal of 0 or more, such as "100000"')
    .optional(),
};

export const AssetView = z
  .strictObject({
    symbol: z.string(),
    name: z.string(),
    class: z.string(),
    currency: z.string(),
    calendar: z.string(),
    sector: z.string().nullable(),
    indexes: z.array(z.string()),
    status: z.string(),
    next_probe_at: when.nullable(),
    parked_because: z.string().nullable(),
    quality: z.number().nullable().describe('Data quality score, 0 to 1'),
  })
  .meta({ id: 'Asset' });
export type AssetView = z.infer<typeof AssetView>;

export const MetricsRow = z.strictObject({ subject: z.string(), ...PeriodMetricsView.shape });

export const calculationOperations = operationsOf({
  'GET /api/v1/assets': {
    tag: 'Market data',
    summary: 'Assets, by symbol',
    query: z.strictObject({
      ...paging,
      q: z.string().trim().min(1).max(60).optional().describe('The beginning of a symbol, or part of a name'),
      class: z.string().max(20).optional().describe('Only this asset class, such as `equity`'),
      sector: z.string().max(100).optional().describe('Only this GICS sector, or a usual short form of one'),
      index: z.string().max(100).optional().describe('Only members of this index, such as `S&P 500`'),
      status: z.enum(['active', 'unverified', 'parked']).optional().describe('Only those with this status'),
    }),
    answers: { 200: pageOf(AssetView) },
  },
  'GET /api/v1/assets/{symbol}': {
    tag: 'Market data',
    summary: 'One asset',
    path: z.strictObject({ symbol: MarketSymbolText }),
    answers: { 200: AssetView },
  },
  'GET /api/v1/strategies': {
    tag,
    summary: 'Strategies',
    query: z.strictObject(paging),
    answers: { 200: pageOf(StrategyView) },
  },
  'POST /api/v1/strategies': {
    problems: ['conflict'],
    tag,
    summary: 'Add a strategy',
    body: z.strictObject(strategyFields),
    answers: { 201: StrategyView },
    creates: true,
  },
  'GET /api/v1/strategies/{strategy_id}': {
    tag,
    summary: 'One strategy',
    path: strategyPath,
    answers: { 200: StrategyView },
  },
  'PATCH /api/v1/strategies/{strategy_id}': {
    problems: ['conflict'],
    tag,
    summary: 'Change a strategy',
    path: strategyPath,
    body: z.strictObject({ ...strategyFields, active: z.boolean() }).partial(),
    answers: { 200: StrategyView },
    ifMatch: true,
  },
  'DELETE /api/v1/strategies/{strategy_id}': {
    tag,
    summary: 'Remove a strategy',
    path: strategyPath,
    answers: { 204: null },
    ifMatch: true,
  },
  'GET /api/v1/strategies/{strategy_id}/allocations': {
    tag,
    summary: 'Target allocations of a strategy, with the symbols that a run left out',
    path: strategyPath,
    query: z.strictObject({ ...paging, all: flag.optional().describe('true: of every run; default: of the last run') }),
    answers: {
      200: pageOf(
        z.strictObject({
          as_of: when,
          symbol: z.string(),
          weight: z.number(),
          quantity: money.nullable(),
          reason: z
            .string()
            .nullable()
            .describe(
              'Why the run left the symbol out (its weight is 0): no_price, no_fx_rate, no_market_cap, …; null: it was not left out',
            ),
          refresh_id: z.string().nullable(),
        }),
      ),
    },
  },
  'GET /api/v1/strategies/{strategy_id}/signals': {
    tag,
    summary: 'Signals of a strategy, newest first',
    path: strategyPath,
    query: z.strictObject(paging),
    answers: {
      200: pageOf(
        z.strictObject({
          signal_id: z.string(),
          at: when,
          symbol: z.string(),
          side: z.string(),
          quantity: money,
          value: money,
          applied: z.boolean().describe('True: the index of the strategy follows it'),
          refresh_id: z.string().nullable(),
        }),
      ),
    },
  },
  'GET /api/v1/indexes': {
    tag,
    summary: 'Indexes of strategies, with their last level',
    query: z.strictObject(pagingOfAll),
    answers: {
      200: pageOf(
        z.strictObject({
          index_id: z.string(),
          name: z.string(),
          session: z.iso.date().nullable(),
          level: money.nullable(),
        }),
      ),
    },
  },
  'GET /api/v1/indexes/{index_id}/values': {
    tag,
    summary: 'Levels of an index by session; the first is 100',
    path: z.strictObject({ index_id: z.string().describe('The id of its strategy') }),
    query: z.strictObject({
      ...paging,
      from: day.optional().describe('The first session'),
      to: day.optional().describe('The last session'),
    }),
    answers: {
      200: pageOf(z.strictObject({ session: z.iso.date(), level: money, computed_at: when })),
    },
  },
  'GET /api/v1/metrics': {
    tag,
    summary: 'Metrics of portfolios, strategies and symbols',
    query: z.strictObject({
      ...paging,
      subject: z.string().max(100).optional().describe('A portfolio id, a strategy id or a symbol: only its metrics'),
      period: z.string().max(10).optional().describe('1m, 3m, ytd, 1y, all, a year such as 2025, or comparison'),
    }),
    answers: { 200: pageOf(MetricsRow) },
  },
  'GET /api/v1/benchmark': {
    tag,
    summary: 'A benchmark: quote, metrics, comparisons with it, and the correlation matrix',
    query: z.strictObject({ symbol: MarketSymbolText.optional().describe('Default: ^GSPC (S&P 500)') }),
    answers: {
      200: z.strictObject({
        symbol: z.string(),
        quote: z.unknown().nullable(),
        metrics: z.array(PeriodMetricsView),
        comparisons: z.array(z.strictObject({ subject: z.string(), as_of: when, values: z.unknown() })),
        correlations: z.strictObject({ as_of: when, values: z.unknown() }).nullable(),
      }),
    },
  },
});
