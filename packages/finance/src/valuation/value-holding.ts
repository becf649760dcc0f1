import { Amount } from '@freshet/market';
import type { Reason } from '../figure.ts';
import { type FxTable, decimal, positive } from './fx.ts';
import type { HoldingInput, PortfolioInput, PriceInput } from './portfolio-input.ts';

/** An amount of money, or why it isn't known. */
export type Money = Amount | Reason;

/** One holding in the portfolio's currency, before shares of the total are known. */
export interface HoldingMoney {
  quantity: Amount | null;
  value: Money;
  cost: Money;
  profit: Money;
  dayChange: Money;
  /** Value at the previous close and its rate: what the day's percentage is of. */
  previousValue: Money;
  fxRate: Amount | null;
  fxVia: string[];
}

export function isMoney(money: Money): money is Amount {
  return typeof money !== 'string';
}

/** Values one holding. Nothing is guessed: what isn't known is a reason. */
export function valueHolding(holding: HoldingInput, portfolio: PortfolioInput): HoldingMoney {
  const quote = portfolio.prices.get(holding.symbol);
  const quantity = decimal(holding.quantity);
  const rate = quote?.currency ? portfolio.fx(quote.currency, portfolio.currency) : null;
  const value = worth(quantity, quote?.price, quote, portfolio.fx, portfolio.currency);
  const previousValue = worthBefore(quantity, quote, portfolio);
  const cost = costOf(quantity, holding, quote, portfolio.currency);
  return {
    quantity,
    value,
    cost,
    profit: less(value, cost),
    dayChange: less(value, previousValue),
    previousValue,
    fxRate: rate?.rate ?? null,
    fxVia: rate?.via ?? [],
  };
}

function worth(
  quantity: Amount | null,
  text: string | null | undefined,
  quote: PriceInput | undefined,
  fx: FxTable,
  currency: string,
): Money {
  if (!quantity) return 'out_of_range';
  if (quantity.isZero()) return new Amount(0);
  if (!quote || text === null || text === undefined) return 'no_price';
  const price = positive(text);
  if (!price) return 'bad_price';
  if (!quote.currency) return 'unknown_currency';
  const rate = fx(quote.currency, currency);
  return rate ? quantity.mul(price).mul(rate.rate) : 'no_fx_rate';
}

function worthBefore(quantity: Amount | null, quote: PriceInput | undefined, portfolio: PortfolioInput): Money {
  const { currency } = portfolio;
  if (quantity?.isZero()) return new Amount(0);
  if (!positive(quote?.previousClose)) return 'no_previous_close';
  const noRates: FxTable = (from, to) => (from === to ? { rate: new Amount(1), via: [] } : null);
  return worth(quantity, quote?.previousClose, quote, portfolio.previousFx ?? noRates, currency);
}

function costOf(
  quantity: Amount | null,
  holding: HoldingInput,
  quote: PriceInput | undefined,
  currency: string,
): Money {
  if (!quantity) return 'out_of_range';
  const unit = decimal(holding.unitCost);
  if (!unit) return 'no_cost';
  const paidIn = holding.costCurrency ?? quote?.currency;
  if (!paidIn) return 'unknown_currency';
  if (paidIn === currency) return quantity.mul(unit);
  const rate = positive(holding.costFxRate);
  return rate ? quantity.mul(unit).mul(rate) : 'no_fx_rate';
}

function less(a: Money, b: Money): Money {
  if (!isMoney(a)) return a;
  return isMoney(b) ? a.minus(b) : b;
}
