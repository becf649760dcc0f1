import { calendarOf } from '@freshet/calendar';
import {
  type HoldingInput,
  roundDecimal,
  valuePortfolio,
  type ValuedHolding,
  type ValuedPortfolio,
} from '@freshet/finance';
import { Amount, decimalText } from '@freshet/market';
import type { CalculatedPortfolio, Holding, HoldingCells, SnapshotToWrite } from '@freshet/store';
import { unitsSince } from './held-series.ts';
import type { MarketData } from './market-data.ts';

/** Values a portfolio at the last good prices: its snapshot row, with what its event says, and the valuation as JSON. */
export function valueNow(
  portfolio: CalculatedPortfolio,
  holdings: readonly Holding[],
  data: MarketData,
  asOf: string,
): { snapshot: Omit<SnapshotToWrite, 'inputs'>; valuation: string } {
  const { currency, cash } = portfolio;
  const inputs: HoldingInput[] = [];
  for (const holding of holdings) inputs.push(holdingInput(holding, currency, data));
  const valued = valuePortfolio({
    currency,
    holdings: inputs,
    prices: data.prices,
    fx: data.fx,
    previousFx: data.previousFx,
    cash: Number(cash) === 0 ? [] : [{ currency, amount: cash }],
  });
  const totals = {
    as_of: asOf,
    currency,
    value: money(valued.value),
    cost: money(valued.cost),
    profit_loss: maybeMoney(valued.profit.value),
    profit_loss_percent: rounded(valued.profitPercent.value),
    day_change: maybeMoney(valued.dayChange.value),
    day_change_percent: rounded(valued.dayChangePercent.value),
  };
  const cells: HoldingCells[] = [];
  for (const holding of valued.holdings) cells.push(cellsOf(holding, data));
  const valuation = {
    ...totals,
    drift: valued.drift && { total: valued.drift.total, largest: valued.drift.largest },
    complete: valued.complete,
    left_out: valued.leftOut,
    holdings: cells,
    cash: valued.cash.map(cashOf),
  };
  const { id: portfolioId, userId, version } = portfolio;
  const update = { ...totals, cost: undefined, profit_loss_percent: undefined };
  return {
    snapshot: { portfolioId, userId, version, value: totals.value, update },
    valuation: JSON.stringify(valuation),
  };
}

const cashOf = ({ currency, amount, value, weight }: ValuedPortfolio['cash'][number]) => ({
  currency,
  amount,
  value: maybeMoney(value.value),
  weight: rounded(weight.value),
});

/** In the order of `CELLS` in store/valuation.ts, which `wholeValuation` reads by. */
function cellsOf(holding: ValuedHolding, data: MarketData): HoldingCells {
  const quote = data.quoted(holding.symbol);
  return [
    holding.symbol,
    holding.quantity,
    quote?.price ?? null,
    quote?.currency ?? null,
    maybeMoney(holding.value.value),
    maybeMoney(holding.cost.value),
    maybeMoney(holding.profit.value),
    rounded(holding.profitPercent.value),
    maybeMoney(holding.dayChange.value),
    rounded(holding.dayChangePercent.value),
    rounded(holding.weight.value),
    holding.target,
    rounded(holding.drift),
    holding.fxRate,
    holding.fxVia,
    quote?.time ?? null,
    holding.value.reason,
  ];
}

/** A holding's row has the cost of the whole position in the portfolio's currency, and the units as recorded, before later splits. */
function holdingInput(holding: Holding, currency: string, data: MarketData): HoldingInput {
  const symbol = data.symbols.get(holding.symbol);
  const since = symbol?.splits.length ? unitsSince(holding.since, symbol.splits, calendarOf(symbol.calendar)) : 1;
  return {
    symbol: holding.symbol,
    quantity: since === 1 ? holding.quantity : decimalText(new Amount(holding.quantity).times(since)),
    cost: holding.cost,
    costCurrency: currency,
    target: holding.targetWeight === null ? null : Number(holding.targetWeight),
  };
}

/** Money is shown with 8 decimals, enough for coins. It is rounded once, at the very end. */
function money(text: string): string {
  return roundDecimal(text, 8);
}

function maybeMoney(text: string | null): string | null {
  return text === null ? null : money(text);
}

/** Weights and percentages have 10 decimals; further digits are noise. */
function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e10) / 1e10;
}
