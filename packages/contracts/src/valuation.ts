import { z } from 'zod';

const when = z.iso.datetime();
/** Plain digits, never a float. */
const money = z.string().regex(/^-?\d+(\.\d+)?$/);

/** An amount or a figure that may be unknown, and then says why. */
const Money = z.strictObject({ value: money.nullable(), reason: z.string().nullable() });
const Figure = z.strictObject({ value: z.number().nullable(), reason: z.string().nullable() });

export const HoldingValuation = z
  .strictObject({
    symbol: z.string(),
    quantity: money.nullable(),
    price: z.number().nullable(),
    price_currency: z.string().nullable(),
    quote_time: when.nullable(),
    value: Money,
    cost: Money,
    profit: Money,
    profit_percent: Figure,
    day_change: Money,
    day_change_percent: Figure,
    weight: Figure,
    target: z.number().nullable(),
    drift: z.number().nullable(),
    fx_rate: money.nullable(),
    fx_via: z.array(z.string()),
  })
  .meta({ id: 'HoldingValuation' });

/** A portfolio as it was last valued, in its own currency: written by the calculations, read by the api as it is. */
export const PortfolioValuation = z
  .strictObject({
    as_of: when,
    currency: z.string(),
    value: money,
    cost: money,
    profit: Money,
    profit_percent: Figure,
    day_change: Money,
    day_change_percent: Figure,
    complete: z.boolean().describe('Whether the value counts everything that is held'),
    holdings: z.array(HoldingValuation),
    cash: z.array(z.strictObject({ currency: z.string(), amount: money, value: Money, weight: Figure })),
    drift: z
      .strictObject({
        total: z.number(),
        largest: z.strictObject({ symbol: z.string(), drift: z.number() }),
        by_symbol: z.record(z.string(), z.number()),
      })
      .nullable(),
    left_out: z.array(z.strictObject({ symbol: z.string(), figure: z.string(), reason: z.string() })),
  })
  .meta({ id: 'PortfolioValuation' });
export type PortfolioValuation = z.infer<typeof PortfolioValuation>;

/** The metrics of one period, by name: a number, or null with the reason under `reasons`. */
export const PeriodMetricsView = z
  .strictObject({
    period: z.string().describe('1m, 3m, ytd, 1y, all, or a year'),
    as_of: when,
    values: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'PeriodMetrics' });
export type PeriodMetricsView = z.infer<typeof PeriodMetricsView>;
