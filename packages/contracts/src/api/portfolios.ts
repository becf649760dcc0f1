import { z } from 'zod';
import { MarketSymbolText } from '../refresh.ts';
import { PeriodMetricsView, PortfolioValuation } from '../valuation.ts';
import { day, money, newOwner, operationsOf, pageOf, paging, userFilter, version, when } from './operation.ts';

const tag = 'Portfolios';
/** Headers of an answer whose request also started a refresh of symbols without a price. */
const FETCHED_ALONG = ['X-Refresh-Id', 'RateLimit', 'RateLimit-Policy'] as const;
const name = z.string().trim().min(1).max(100);
const currency = z.string().regex(/^[A-Z]{3}$/, 'is not an ISO 4217 code such as USD');
/** At most 30 digits before the point and 18 after it: more than any market quotes. */
const NO_DECIMAL = 'is not a decimal of 0 or more, such as "12.5"';
const decimal = z.string().regex(/^\d{1,30}(\.\d{1,18})?$/, NO_DECIMAL);
/** Larger JSON numbers lose digits when they are parsed, so they must come as strings. */
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
  value: money.nullable().describe('At the last valuation'),
  as_of: when.nullable(),
});

export const PortfolioDetail = z
  .strictObject({
    ...PortfolioView.shape,
    as_of: when.nullable().describe('When it was last valued; null: never'),
    refresh_id: z.string().nullable().describe('The refresh that valued it'),
    outdated: z.boolean().describe('True: it was changed after it was last valued'),
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
      .describe("What the whole position cost, in the portfolio's currency; 0: it was free; null: not known"),
    target_weight: z.number().nullable().describe('Intended share of the portfolio, 0 to 1'),
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

const portfolioPath = z.strictObject({ portfolio_id: z.string().describe('A portfolio id (`pf_…`)') });
const cost = amount
  .nullable()
  .optional()
  .describe(
    "What the whole position cost, in the portfolio's currency; 0: it was free; null: not known, so its profit is not known either",
  );
const holdingPath = portfolioPath.extend({ holding_id: z.string().describe('A holding id (`hld_…`)') });

export const portfolioOperations = operationsOf({
  'GET /api/v1/portfolios': {
    tag,
    summary: 'Portfolios; the role user sees its own',
    query: z.strictObject({ ...paging, user_id: userFilter }),
    answers: { 200: pageOf(PortfolioRow) },
  },
  'POST /api/v1/portfolios': {
    problems: ['not_found', 'cap_reached'],
    headers: FETCHED_ALONG,
    tag,
    summary: 'Add a portfolio; at most 200 per user',
    description:
      'A benchmark without a stored price is fetched. This counts as one of your refreshes (X-Refresh-Id); if your limit is used up, the next schedule fetches it instead.',
    body: z.strictObject({
      name,
      user_id: newOwner,
      currency: currency.optional(),
      cash: amount.optional(),
      benchmark: MarketSymbolText.optional(),
    }),
    answers: { 201: PortfolioView },
    creates: true,
  },
  'GET /api/v1/portfolios/{portfolio_id}': {
    tag,
    summary: 'Value, profit, day change, weights, drift, metrics and benchmark comparison, as last valued',
    path: portfolioPath,
    answers: { 200: PortfolioDetail },
  },
  'PATCH /api/v1/portfolios/{portfolio_id}': {
    tag,
    headers: FETCHED_ALONG,
    summary: 'Change a portfolio',
    description:
      'A new benchmark without a stored price is fetched; for a portfolio that becomes active, so is every symbol of it without one. This counts as one of your refreshes (X-Refresh-Id).',
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
    summary: 'The value of a portfolio at the end of each session',
    path: portfolioPath,
    query: z.strictObject({
      from: day.optional().describe('The first session; default: all'),
      to: day.optional().describe('The last session; default: all'),
    }),
    answers: {
      200: z.strictObject({
        portfolio_id: z.string(),
        currency: z.string(),
        data: z.array(
          z.strictObject({
            session: z.iso.date(),
            value: money,
            flow: money.describe('Value that changes of holdings and cash brought in (or took out, if negative)'),
            growth: z.number().describe('Time-weighted growth since the first session, which has 1'),
          }),
        ),
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
    summary: 'Add a holding; at most 5,000 per user, over all portfolios',
    description:
      'The portfolio is valued again from stored prices. A symbol without one is fetched. This counts as one of your refreshes (X-Refresh-Id); if your limit is used up, the next schedule fetches it instead.',
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
    summary: 'Every version of a holding, newest first',
    path: holdingPath,
    query: z.strictObject(paging),
    answers: { 200: pageOf(HoldingChange) },
  },
});
