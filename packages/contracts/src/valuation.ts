import { z } from 'zod';

const when = z.iso.datetime();
/** Plain digits, never a float. */
const money = z.string().regex(/^-?\d+(\.\d+)?$/);

export const HoldingValuation = z
  .strictObject({
    symbol: z.string(),
    quantity: money.nullable(),
    price: z.number().nullable(),
    price_currency: z.string().nullable(),
    value: money.nullable().describe("In the portfolio's currency; null with a reason"),
    cost: money.nullable().describe('Null: not known, and with it the profit'),
    profit_loss: money.nullable(),
    profit_loss_percent: z.number().nullable(),
    day_change: money.nullable(),
    day_change_percent: z.number().nullable(),
    weight: z.number().nullable().describe("Share of the portfolio's known value, 0..1"),
    target_weight: z.number().nullable(),
    drift: z.number().nullable().describe('weight − target_weight'),
    fx_rate: money.nullable(),
    fx_via: z.array(z.string()),
    as_of: when.nullable().describe('The time of its price'),
    reason: z.string().nullable().describe('Why its value is not known'),
  })
  .meta({ id: 'HoldingValuation' });

/** A portfolio as it was last valued, in its own currency: written by the calculations, read by the api as it is. */
export const PortfolioValuation = z
  .strictObject({
    as_of: when,
    currency: z.string(),
    value: money,
    cost: money.describe('Of the holdings whose cost is known; left_out names the others'),
    profit_loss: money.nullable().describe('Of the holdings whose value and cost are known; null: of none'),
    profit_loss_percent: z.number().nullable(),
    day_change: money.nullable(),
    day_change_percent: z.number().nullable(),
    drift: z
      .strictObject({ total: z.number(), largest: z.strictObject({ symbol: z.string(), drift: z.number() }) })
      .nullable(),
    complete: z.boolean().describe('Whether the value counts everything that is held'),
    left_out: z.array(z.strictObject({ symbol: z.string(), figure: z.string(), reason: z.string() })),
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

/** The metrics of one period, by name: a number, or null with the reason. */
export const PeriodMetricsView = z
  .strictObject({
    period: z.string().describe('1m, 3m, ytd, 1y, all, or a year'),
    as_of: when,
    values: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'PeriodMetrics' });
export type PeriodMetricsView = z.infer<typeof PeriodMetricsView>;
