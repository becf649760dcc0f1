import { decimalText } from '@freshet/market';
import type { Reason } from '../figure.ts';
import { type Exact, exact, minus, times, ZERO } from './exact.ts';
import type { FxRate, FxTable } from './fx.ts';
import type { HoldingInput, PortfolioInput, PriceInput } from './portfolio-input.ts';

/** An amount of money, or why it isn't known. */
export type Money = Exact | Reason;

/** One holding in the portfolio's currency, before shares of the total are known. */
export interface HoldingMoney {
  quantity: Exact | null;
  value: Money;
  cost: Money;
  profit: Money;
  dayChange: Money;
  /** Value at the previous close and its rate: what the day's percentage is of. */
  previousValue: Money;
  fx: FxRate | null;
}

export function isMoney(money: Money): money is Exact {
  return typeof money !== 'string';
}

/** Values one holding. Nothing is guessed: what isn't known is a reason. */
export function valueHolding(holding: HoldingInput, portfolio: PortfolioInput): HoldingMoney {
  const quote = portfolio.prices.get(holding.symbol);
  const quantity = exact(holding.quantity);
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
    fx: quote?.currency ? portfolio.fx(quote.currency, portfolio.currency) : null,
  };
}

/** A rate as an exact number; worked out once for each rate of a table. */
const rates = new WeakMap<FxRate, Exact | null>();
export function exactRate(fx: FxRate): Exact | null {
  let rate = rates.get(fx);
  if (rate === undefined) {
    rate = exact(decimalText(fx.rate));
    rates.set(fx, rate);
  }
  return rate;
}

/** A quote's price or previous close as an exact number; worked out once for all who hold it. */
const prices = new WeakMap<PriceInput, Map<string, Exact | null>>();
function exactPrice(quote: PriceInput, text: string): Exact | null {
  let own = prices.get(quote);
  if (!own) prices.set(quote, (own = new Map()));
  let price = own.get(text);
  if (price === undefined) {
    price = exact(text);
    own.set(text, price);
  }
  return price;
}

/** An amount in one currency in another; the same object where they are the same. */
export function converted(amount: Exact, from: string, to: string, fx: FxTable): Exact | null {
  if (from === to) return amount;
  const found = fx(from, to);
  const rate = found && exactRate(found);
  return rate && times(amount, rate);
}

function worth(
  quantity: Exact | null,
  text: string | null | undefined,
  quote: PriceInput | undefined,
  fx: FxTable,
  currency: string,
): Money {
  if (!quantity) return 'out_of_range';
  if (quantity.digits === 0n) return ZERO;
  if (!quote || text === null || text === undefined) return 'no_price';
  const price = exactPrice(quote, text);
  if (!price || price.digits <= 0n) return 'bad_price';
  if (!quote.currency) return 'unknown_currency';
  return converted(times(quantity, price), quote.currency, currency, fx) ?? 'no_fx_rate';
}

function worthBefore(quantity: Exact | null, quote: PriceInput | undefined, portfolio: PortfolioInput): Money {
  if (quantity?.digits === 0n) return ZERO;
  const close = quote?.previousClose ? exactPrice(quote, quote.previousClose) : null;
  if (!close || close.digits <= 0n) return 'no_previous_close';
  return worth(quantity, quote?.previousClose, quote, portfolio.previousFx ?? noRates, portfolio.currency);
}

/** A table without rates: amounts that need converting stay unknown. */
export const noRates: FxTable = () => null;

function costOf(quantity: Exact | null, holding: HoldingInput, quote: PriceInput | undefined, currency: string): Money {
  if (!quantity) return 'out_of_range';
  const unit = exact(holding.unitCost);
  const paid = exact(holding.cost) ?? (unit && times(quantity, unit));
  if (!paid) return 'no_cost';
  const paidIn = holding.costCurrency ?? quote?.currency;
  if (!paidIn) return 'unknown_currency';
  if (paidIn === currency) return paid;
  const rate = exact(holding.costFxRate);
  return rate && rate.digits > 0n ? times(paid, rate) : 'no_fx_rate';
}

/** a - b; the reason of whichever of them is unknown, else. */
export function less(a: Money, b: Money): Money {
  if (!isMoney(a)) return a;
  return isMoney(b) ? minus(a, b) : b;
}
