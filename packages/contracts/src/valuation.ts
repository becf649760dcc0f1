import { z } from 'zod';

const when = z.iso.datetime();
/** A decimal in plain digits. */
const money = z.string().regex(/^-?\d+(\.\d+)?$/);

export const HoldingValuation = z
  .strictObject({
    symbol: z.string(),
    quantity: money.nullable(),
    price: z.number().nullable(),
    price_currency: z.string().nullable(),
    value: money.nullable().describe("In the portfolio's currency; null: not known, see reason"),
    cost: money.nullable().describe('Null: not known, so the profit is not known either'),
    profit_loss: money.nullable(),
    profit_loss_percent: z.number().nullable(),
    day_change: money.nullable(),
    day_change_percent: z.number().nullable(),
    weight: z.number().nullable().describe("Share of the portfolio's known value, 0..1"),
    target_weight: z.number().nullable(),
    drift: z.number().nullable().describe('weight − target_weight'),
    fx_rate: money.nullable().describe("From price_currency to the portfolio's currency"),
    fx_via: z.array(z.string()).describe('The pairs that the rate is made of'),
    as_of: when.nullable().describe('The quote time of the price'),
    reason: z.string().nullable().describe('Why the value is not known'),
  })
  .meta({ id: 'HoldingValuation' });

/** The last valuation of a portfolio, in its own currency. Workers write it; the api passes it on unchanged. */
export const PortfolioValuation = z
  .strictObject({
    as_of: when,
    currency: z.string(),
    value: money,
    cost: money.describe('Sum over the holdings whose cost is known; left_out names the others'),
    profit_loss: money
      .nullable()
      .describe('Sum over the holdings whose value and cost are known; null: there are none'),
    profit_loss_percent: z.number().nullable(),
    day_change: money.nullable(),
    day_change_percent: z.number().nullable(),
    drift: z
      .strictObject({ total: z.number(), largest: z.strictObject({ symbol: z.string(), drift: z.number() }) })
      .nullable(),
    complete: z.boolean().describe('True: the value includes every holding'),
    left_out: z
      .array(z.strictObject({ symbol: z.string(), figure: z.string(), reason: z.string() }))
      .describe('Holdings that a figure does not include, and why'),
    holdings: z.array(HoldingValuation),
    cash: z.array(
      z.strictObject({
        currency: z.string(),
        amount: money,
        value: money.nullable(),
        weight: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: 'PortfolioValuation' });
export type PortfolioValuation = z.infer<typeof PortfolioValuation>;

/** The metrics of one period, by name. */
export const PeriodMetricsView = z
  .strictObject({
    period: z.string().describe('1m, 3m, ytd, 1y, all, or a year'),
    as_of: when,
    values: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'PeriodMetrics' });
export type PeriodMetricsView = z.infer<typeof PeriodMetricsView>;
