import { z } from 'zod';
import { MarketSymbolText } from '../refresh.ts';
import { PeriodMetricsView, PortfolioValuation } from '../valuation.ts';
import { day, money, operationsOf, pageOf, paging, version, when } from './operation.ts';

const tag = 'Portfolios';
/** Of the refresh that fetches what has no price yet. */
const FETCHED_ALONG = ['X-Refresh-Id', 'RateLimit', 'RateLimit-Policy'] as const;
const name = z.string().trim().min(1).max(100);
const currency = z.string().regex(/^[A-Z]{3}$/, 'is not an ISO 4217 code such as USD');
/** 30 digits before and 18 after the point: more than any market quotes, and bounded. */
const NO_DECIMAL = 'is not a decimal of 0 or more, such as "12.5"';
const decimal = z.string().regex(/^\d{1,30}(\.\d{1,18})?$/, NO_DECIMAL);
/** A number beyond this has lost digits on its way: it must come as text. */
const number = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const amount = z.union([decimal, number.transform(String)], NO_DECIMAL).pipe(decimal);
const NO_SHARE = 'is not a share from 0 to 1, such as 0.25';
const share = z
  .union(
    [
      z.number().min(0).max(1),
      z
        .string()
        .regex(/^[01](\.\d{1,18})?$/, NO_SHARE)
        .transform(Number),
    ],
    NO_SHARE,
  )
  .pipe(z.number().min(0).max(1));

export const PortfolioView = z
  .strictObject({
    portfolio_id: z.string(),
    user_id: z.string(),
    name: z.string(),
    currency: z.string(),
    cash: money,
    benchmark: z.string(),
    active: z.boolean(),
    version,
    created_at: when,
  })
  .meta({ id: 'Portfolio' });
export type PortfolioView = z.infer<typeof PortfolioView>;

export const PortfolioRow = z.strictObject({
  ...PortfolioView.shape,
  value: money.nullable().describe('From the last good snapshot'),
  as_of: when.nullable(),
});

export const PortfolioDetail = z
  .strictObject({
    ...PortfolioView.shape,
    as_of: when.nullable().describe('When it was last valued; null: not yet'),
    refresh_id: z.string().nullable(),
    outdated: z.boolean().describe('Changed since it was valued'),
    value: money.nullable(),
    valuation: PortfolioValuation.nullable(),
    metrics: z.array(PeriodMetricsView),
    benchmark_comparison: z.strictObject({ as_of: when, benchmark: z.string(), values: z.unknown() }).nullable(),
  })
  .meta({ id: 'PortfolioDetail' });
export type PortfolioDetail = z.infer<typeof PortfolioDetail>;

export const HoldingView = z
  .strictObject({
    holding_id: z.string(),
    portfolio_id: z.string(),
    symbol: z.string(),
    quantity: money,
    cost: money
      .nullable()
      .describe("What the position cost, in the portfolio's currency; 0: it was given; null: not known"),
    target_weight: z.number().nullable(),
    version,
    created_at: when,
  })
  .meta({ id: 'Holding' });
export type HoldingView = z.infer<typeof HoldingView>;

export const HoldingChange = z.strictObject({
  holding_id: z.string(),
  symbol: z.string(),
  version: z.int(),
  quantity: money,
  cost: money.nullable(),
  changed_by: z.string().nullable(),
  at: when,
});

const portfolioPath = z.strictObject({ portfolio_id: z.string() });
const cost = amount
  .nullable()
  .optional()
  .describe(
    "What the whole position cost, in the portfolio's currency; 0: it was given; null: not known, so no profit",
  );
const holdingPath = z.strictObject({ portfolio_id: z.string(), holding_id: z.string() });

export const portfolioOperations = operationsOf({
  'GET /api/v1/portfolios': {
    tag,
    summary: 'Portfolios; a user sees the own ones',
    query: z.strictObject({ ...paging, user_id: z.string().max(100).optional() }),
    answers: { 200: pageOf(PortfolioRow) },
  },
  'POST /api/v1/portfolios': {
    problems: ['not_found', 'cap_reached'],
    headers: FETCHED_ALONG,
    tag,
    summary: 'Add a portfolio; at most 200 of a person',
    description:
      'A benchmark that has no price yet is fetched, which counts as a refresh of yours (X-Refresh-Id); where your limit is spent, the next schedule fetches it.',
    body: z.strictObject({
      name,
      user_id: z.string().max(100).optional().describe('Default: oneself'),
      currency: currency.optional(),
      cash: amount.optional(),
      benchmark: MarketSymbolText.optional(),
    }),
    answers: { 201: PortfolioView },
    creates: true,
  },
  'GET /api/v1/portfolios/{portfolio_id}': {
    tag,
    summary: 'Value, profit, day change, weights, drift, metrics and comparison, from the last good snapshot',
    path: portfolioPath,
    answers: { 200: PortfolioDetail },
  },
  'PATCH /api/v1/portfolios/{portfolio_id}': {
    tag,
    headers: FETCHED_ALONG,
    summary: 'Change a portfolio',
    description:
      'A new benchmark that has no price yet, and whatever has none in a portfolio that becomes active, is fetched, which counts as a refresh of yours (X-Refresh-Id).',
    path: portfolioPath,
    body: z.strictObject({
      name: name.optional(),
      cash: amount.optional(),
      benchmark: MarketSymbolText.optional(),
      active: z.boolean().optional(),
    }),
    answers: { 200: PortfolioView },
    ifMatch: true,
  },
  'DELETE /api/v1/portfolios/{portfolio_id}': {
    tag,
    summary: 'Remove a portfolio and its holdings',
    path: portfolioPath,
    answers: { 204: null },
    ifMatch: true,
  },
  'GET /api/v1/portfolios/{portfolio_id}/history': {
    tag,
    summary: 'Its value at the end of each session',
    path: portfolioPath,
    query: z.strictObject({ from: day.optional(), to: day.optional() }),
    answers: {
      200: z.strictObject({
        portfolio_id: z.string(),
        currency: z.string(),
        data: z.array(z.strictObject({ session: z.iso.date(), value: money, flow: money, growth: z.number() })),
      }),
    },
  },
  'GET /api/v1/portfolios/{portfolio_id}/holdings': {
    tag,
    summary: 'What a portfolio holds',
    path: portfolioPath,
    query: z.strictObject(paging),
    answers: { 200: pageOf(HoldingView) },
  },
  'POST /api/v1/portfolios/{portfolio_id}/holdings': {
    problems: ['conflict', 'cap_reached'],
    headers: FETCHED_ALONG,
    tag,
    summary: 'Add a holding; at most 5,000 of a person, over all portfolios',
    description:
      'Its portfolio is valued again from stored prices. A symbol that has none yet is fetched, which counts as a refresh of yours (X-Refresh-Id); where your limit is spent, the next schedule fetches it.',
    path: portfolioPath,
    body: z.strictObject({
      symbol: MarketSymbolText,
      quantity: amount,
      cost,
      target_weight: share.nullable().optional(),
    }),
    answers: { 201: HoldingView },
    creates: true,
  },
  'GET /api/v1/portfolios/{portfolio_id}/holdings/{holding_id}': {
    tag,
    summary: 'One holding',
    path: holdingPath,
    answers: { 200: HoldingView },
  },
  'PATCH /api/v1/portfolios/{portfolio_id}/holdings/{holding_id}': {
    tag,
    summary: 'Change a holding; somebody else’s change in between answers 412 with both versions',
    path: holdingPath,
    body: z.strictObject({
      quantity: amount.optional(),
      cost,
      target_weight: share.nullable().optional(),
    }),
    answers: { 200: HoldingView },
    ifMatch: true,
  },
  'DELETE /api/v1/portfolios/{portfolio_id}/holdings/{holding_id}': {
    tag,
    summary: 'Remove a holding',
    path: holdingPath,
    answers: { 204: null },
    ifMatch: true,
  },
  'GET /api/v1/portfolios/{portfolio_id}/holdings/{holding_id}/changes': {
    tag,
    summary: 'Every version that a holding had',
    path: holdingPath,
    query: z.strictObject(paging),
    answers: { 200: pageOf(HoldingChange) },
  },
});
