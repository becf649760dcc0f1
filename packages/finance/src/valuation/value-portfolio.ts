import { type DecimalText, type MarketSymbol, decimalText } from '@freshet/market';
import { type Measured, type Reason, measured } from '../figure.ts';
import { type Drift, driftOf } from './drift.ts';
import type { PortfolioInput } from './portfolio-input.ts';
import { type Exact, exact, exactText, plus, ratio, ZERO } from './exact.ts';
import type { FxRate, FxTable } from './fx.ts';
import { type HoldingMoney, type Money, converted, isMoney, less, noRates, valueHolding } from './value-holding.ts';

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

/** What a total could not count, and why. */
export interface LeftOut {
  symbol: MarketSymbol;
  figure: 'value' | 'cost' | 'day_change';
  reason: Reason;
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
 */
export function valuePortfolio(portfolio: PortfolioInput): ValuedPortfolio {
  const parts = portfolio.holdings.map((holding) => ({ holding, money: valueHolding(holding, portfolio) }));
  const cash = (portfolio.cash ?? []).map((each) => ({
    ...each,
    money: valueCash(each, portfolio, portfolio.fx),
    before: valueCash(each, portfolio, portfolio.previousFx ?? noRates),
  }));
  const leftOut: LeftOut[] = [];
  for (const { holding, money } of parts) {
    if (!isMoney(money.value)) leftOut.push({ symbol: holding.symbol, figure: 'value', reason: money.value });
    if (!isMoney(money.cost)) leftOut.push({ symbol: holding.symbol, figure: 'cost', reason: money.cost });
    if (!isMoney(money.dayChange))
      leftOut.push({ symbol: holding.symbol, figure: 'day_change', reason: money.dayChange });
  }
  for (const { currency, money } of cash) {
    if (!isMoney(money)) leftOut.push({ symbol: currency, figure: 'value', reason: money });
  }
  const value = sum([...parts.map(({ money }) => money.value), ...cash.map(({ money }) => money)]);
  const empty = parts.length === 0 && cash.length === 0;
  const target = (symbol: MarketSymbol, own?: number | null): number | null =>
    own ?? portfolio.targets?.get(symbol) ?? null;
  const weightOf = (money: Money): Measured => share(money, value);
  const holdings = parts.map(({ holding, money }) => {
    const weight = weightOf(money.value);
    const wanted = target(holding.symbol, holding.target);
    return shown(holding.symbol, money, weight, wanted);
  });
  const profitable = parts.filter(({ money }) => isMoney(money.profit));
  const moving = parts.filter(({ money }) => isMoney(money.dayChange));
  const known = cash.filter(({ money, before }) => isMoney(money) && isMoney(before));
  // Cash alone says nothing of the day of holdings that nobody knows.
  const days = moving.length > 0 || parts.length === 0 ? known : [];
  const profit = total(
    profitable.map(({ money }) => money.profit),
    empty ? 'nothing_held' : 'no_cost',
  );
  const dayChange = total(
    [...moving.map(({ money }) => money.dayChange), ...days.map(({ money, before }) => less(money, before))],
    empty ? 'nothing_held' : 'no_previous_close',
  );
  return {
    currency: portfolio.currency,
    holdings,
    cash: cash.map(({ currency, amount, money }) => ({
      currency,
      amount,
      value: text(money),
      weight: weightOf(money),
    })),
    value: exactText(value),
    cost: exactText(sum(parts.map(({ money }) => money.cost))),
    profit: text(profit),
    profitPercent: percent(profit, sum(profitable.map(({ money }) => money.cost))),
    dayChange: text(dayChange),
    dayChangePercent: percent(
      dayChange,
      sum([...moving.map(({ money }) => money.previousValue), ...days.map(({ before }) => before)]),
    ),
    drift: driftOf(holdings, portfolio.targets ?? null),
    leftOut,
    complete: !leftOut.some(({ figure }) => figure === 'value'),
  };
}

function shown(symbol: MarketSymbol, money: HoldingMoney, weight: Measured, target: number | null): ValuedHolding {
  return {
    symbol,
    quantity: money.quantity && exactText(money.quantity),
    value: text(money.value),
    cost: text(money.cost),
    profit: text(money.profit),
    profitPercent: isMoney(money.cost) ? percent(money.profit, money.cost) : measured(money.cost),
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

function sum(amounts: readonly Money[]): Exact {
  return amounts.reduce<Exact>((total, each) => (isMoney(each) ? plus(total, each) : total), ZERO);
}

function total(amounts: readonly Money[], without: Reason): Money {
  return amounts.length === 0 ? without : sum(amounts);
}

function share(part: Money, whole: Exact): Measured {
  if (!isMoney(part)) return measured(part);
  return measured(whole.digits > 0n ? ratio(part, whole) : 'no_value');
}

/** 100 · part / |whole|. */
function percent(part: Money, whole: Money): Measured {
  if (!isMoney(part)) return measured(part);
  if (!isMoney(whole)) return measured(whole);
  return measured(whole.digits === 0n ? 'no_value' : 100 * Math.sign(Number(whole.digits)) * ratio(part, whole));
}

function text(money: Money): MeasuredMoney {
  return isMoney(money) ? { value: exactText(money), reason: null } : { value: null, reason: money };
}
