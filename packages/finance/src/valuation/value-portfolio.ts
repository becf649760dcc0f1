import { type DecimalText, type MarketSymbol, decimalText } from '@freshet/market';
import { type Measured, measured, type Reason } from '../figure.ts';
import { type Drift, driftOf } from './drift.ts';
import type { PortfolioInput } from './portfolio-input.ts';
import { type Exact, exact, exactText, ratio } from './exact.ts';
import type { FxRate, FxTable } from './fx.ts';
import { type LeftOut, Totals } from './totals.ts';
import { type HoldingMoney, type Money, converted, isMoney, noRates, valueHolding } from './value-holding.ts';

/** An amount in the portfolio's currency as decimal text, or why it isn't known. */
export type MeasuredMoney = Measured<DecimalText>;

export interface ValuedHolding {
  symbol: MarketSymbol;
  quantity: DecimalText | null;
  value: MeasuredMoney;
  cost: MeasuredMoney;
  /** Value − cost, and in percent of the cost. */
  profit: MeasuredMoney;
  profitPercent: Measured;
  /** Against the previous close at its own FX rate, and in percent. */
  dayChange: MeasuredMoney;
  dayChangePercent: Measured;
  /** Share of the portfolio's known value, 0..1. */
  weight: Measured;
  /** Weight − target; null without a target. */
  drift: number | null;
  target: number | null;
  /** What one unit of the quote's currency was worth, and the pairs that the rate was made of. */
  fxRate: DecimalText | null;
  fxVia: string[];
}

export interface ValuedPortfolio {
  currency: string;
  holdings: ValuedHolding[];
  cash: { currency: string; amount: DecimalText; value: MeasuredMoney; weight: Measured }[];
  /** Totals over what is known; `leftOut` names the rest. */
  value: DecimalText;
  cost: DecimalText;
  /** Value − cost over the holdings of which both are known. */
  profit: MeasuredMoney;
  profitPercent: Measured;
  /** Over the holdings with a previous close, and cash, which changes with its rate only. */
  dayChange: MeasuredMoney;
  /** Of what those holdings and the cash were worth at the previous closes. */
  dayChangePercent: Measured;
  drift: Drift | null;
  leftOut: LeftOut[];
  /** True when the value counts everything that is held. */
  complete: boolean;
}

/**
 * The portfolio in its own currency, per holding and in total, in decimals. A price or a rate that is missing makes that
 * holding's figures null with a reason, and the totals say what they leave out.
 *
 * Loops rather than closures: those that live for one portfolio lose their compiled code with each garbage collection.
 */
export function valuePortfolio(portfolio: PortfolioInput): ValuedPortfolio {
  const totals = new Totals();
  const money: HoldingMoney[] = [];
  for (const holding of portfolio.holdings) {
    const own = valueHolding(holding, portfolio);
    money.push(own);
    totals.add(holding.symbol, own);
  }
  const cashNow: Money[] = [];
  const cash = portfolio.cash ?? [];
  for (const each of cash) {
    const now = valueCash(each, portfolio, portfolio.fx);
    cashNow.push(now);
    totals.addCash(each.currency, now, valueCash(each, portfolio, portfolio.previousFx ?? noRates));
  }
  const { value, cost, leftOut } = totals;
  const holdings: ValuedHolding[] = [];
  for (let i = 0; i < money.length; i++) {
    const { symbol, target } = portfolio.holdings[i]!;
    holdings.push(shown(symbol, money[i]!, value, target ?? portfolio.targets?.get(symbol) ?? null));
  }
  const shownCash: ValuedPortfolio['cash'] = [];
  for (let i = 0; i < cash.length; i++) {
    const { currency, amount } = cash[i]!;
    shownCash.push({ currency, amount, value: text(cashNow[i]!), weight: share(cashNow[i]!, value) });
  }
  const profit = totals.profit();
  const day = totals.dayChange();
  return {
    currency: portfolio.currency,
    holdings,
    cash: shownCash,
    value: exactText(value),
    cost: exactText(cost),
    profit: text(profit),
    profitPercent: percent(profit, totals.costOfProfit, 'zero_cost'),
    dayChange: text(day.change),
    dayChangePercent: percent(day.change, day.before),
    drift: driftOf(holdings, portfolio.targets ?? null),
    leftOut,
    complete: totals.complete,
  };
}

function shown(symbol: MarketSymbol, money: HoldingMoney, total: Exact, target: number | null): ValuedHolding {
  const weight = share(money.value, total);
  return {
    symbol,
    quantity: money.quantity && exactText(money.quantity),
    value: text(money.value),
    cost: text(money.cost),
    profit: text(money.profit),
    profitPercent: isMoney(money.cost) ? percent(money.profit, money.cost, 'zero_cost') : measured(money.cost),
    dayChange: text(money.dayChange),
    dayChangePercent: isMoney(money.previousValue)
      ? percent(money.dayChange, money.previousValue)
      : measured(money.previousValue),
    weight,
    drift: target === null || weight.value === null ? null : weight.value - target,
    target,
    fxRate: money.fx && rateText(money.fx),
    fxVia: money.fx?.via ?? [],
  };
}

/** A rate that is the inverse of another, or a cross of two, has as many digits as there is room for; values are worked out with all. */
const SHOWN_DIGITS = 12;
const texts = new WeakMap<FxRate, DecimalText>();

function rateText(fx: FxRate): DecimalText {
  const text = texts.get(fx) ?? decimalText(fx.rate.toSignificantDigits(SHOWN_DIGITS));
  texts.set(fx, text);
  return text;
}

function valueCash(
  { currency, amount }: { currency: string; amount: DecimalText },
  portfolio: PortfolioInput,
  fx: FxTable,
): Money {
  const held = exact(amount);
  if (!held) return 'out_of_range';
  return converted(held, currency, portfolio.currency, fx) ?? 'no_fx_rate';
}

function share(part: Money, whole: Exact): Measured {
  if (!isMoney(part)) return measured(part);
  return measured(whole.digits > 0n ? ratio(part, whole) : 'no_value');
}

/** 100 · part / |whole|. */
function percent(part: Money, whole: Money, ofNothing: Reason = 'no_value'): Measured {
  if (!isMoney(part)) return measured(part);
  if (!isMoney(whole)) return measured(whole);
  return measured(whole.digits === 0n ? ofNothing : 100 * Math.sign(Number(whole.digits)) * ratio(part, whole));
}

function text(money: Money): MeasuredMoney {
  return isMoney(money) ? { value: exactText(money), reason: null } : { value: null, reason: money };
}
