import { type FxQuote, fxTable, type HoldingInput, type PriceInput, valuePortfolio } from '@freshet/finance';
import { Amount, decimalText, pairOf } from '@freshet/market';
import type { PortfolioValuation } from '@freshet/contracts';
import {
  type Client,
  fxPrices,
  portfoliosToValue,
  type PortfolioToValue,
  pricesOf,
  type SymbolPrice,
  writeSnapshots,
} from '@freshet/store';

interface ItemEnd {
  subject: string;
  data: 'portfolio';
  state: 'updated' | 'skipped';
  reason?: string;
  detail?: string;
}

/** Values portfolios from stored prices and writes their snapshots; how each one's item ends. */
export async function valueChunk(client: Client, ids: string[], refreshId: string, now: Date): Promise<ItemEnd[]> {
  const portfolios = await portfoliosToValue(client, ids);
  const symbols = [...new Set(portfolios.flatMap(({ holdings }) => holdings.map(({ symbol }) => symbol)))];
  const prices = new Map((await pricesOf(client, symbols)).map((price) => [price.symbol, price]));
  const fx = await fxPrices(client);
  const tables = {
    now: fxTable(pairs(fx, ({ price }) => price)),
    previous: fxTable(pairs(fx, ({ previousClose }) => previousClose)),
  };
  await writeSnapshots(
    client,
    refreshId,
    portfolios.map((portfolio) => ({
      portfolioId: portfolio.id,
      userId: portfolio.userId,
      version: portfolio.version,
      valuation: valuationOf(portfolio, prices, tables, now),
    })),
  );
  const valued = new Set(portfolios.map(({ id }) => id));
  return ids.map((subject) =>
    valued.has(subject)
      ? { subject, data: 'portfolio', state: 'updated' }
      : {
          subject,
          data: 'portfolio',
          state: 'skipped',
          reason: 'no_data',
          detail: 'the portfolio was deleted meanwhile',
        },
  );
}

function pairs(fx: SymbolPrice[], rateOf: (price: SymbolPrice) => string | null): FxQuote[] {
  return fx.flatMap((price) => {
    const pair = pairOf(price.symbol);
    const rate = rateOf(price);
    return pair && rate ? [{ ...pair, rate }] : [];
  });
}

type FxTables = { now: ReturnType<typeof fxTable>; previous: ReturnType<typeof fxTable> };

function valuationOf(
  portfolio: PortfolioToValue,
  prices: Map<string, SymbolPrice>,
  fx: FxTables,
  now: Date,
): PortfolioValuation {
  const valued = valuePortfolio({
    currency: portfolio.currency,
    holdings: portfolio.holdings.map((holding) => holdingInput(holding, portfolio.currency)),
    prices: prices as ReadonlyMap<string, PriceInput>,
    fx: fx.now,
    previousFx: fx.previous,
    cash: [{ currency: portfolio.currency, amount: portfolio.cash }],
  });
  return {
    as_of: now.toISOString(),
    currency: valued.currency,
    value: money(valued.value),
    cost: money(valued.cost),
    profit_loss: maybeMoney(valued.profit.value),
    profit_loss_percent: valued.profitPercent.value,
    day_change: maybeMoney(valued.dayChange.value),
    day_change_percent: valued.dayChangePercent.value,
    drift: valued.drift && { total: valued.drift.total, largest: valued.drift.largest },
    complete: valued.complete,
    left_out: valued.leftOut,
    holdings: valued.holdings.map((holding) => {
      const price = prices.get(holding.symbol);
      return {
        symbol: holding.symbol,
        quantity: holding.quantity,
        price: price ? Number(price.price) : null,
        price_currency: price?.currency ?? null,
        value: maybeMoney(holding.value.value),
        cost: maybeMoney(holding.cost.value),
        profit_loss: maybeMoney(holding.profit.value),
        profit_loss_percent: holding.profitPercent.value,
        day_change: maybeMoney(holding.dayChange.value),
        day_change_percent: holding.dayChangePercent.value,
        weight: holding.weight.value,
        target_weight: holding.target,
        drift: holding.drift,
        fx_rate: holding.fxRate,
        fx_via: holding.fxVia,
        as_of: price?.quoteTime.toISOString() ?? null,
        reason: holding.value.reason,
      };
    }),
    cash: valued.cash.map(({ currency, amount, value, weight }) => ({
      currency,
      amount,
      value: maybeMoney(value.value),
      weight: weight.value,
    })),
  };
}

/** The row keeps what the whole position cost, in the portfolio's currency. */
function holdingInput(holding: PortfolioToValue['holdings'][number], currency: string): HoldingInput {
  const quantity = new Amount(holding.quantity);
  return {
    symbol: holding.symbol,
    quantity: holding.quantity,
    unitCost: quantity.isZero() ? null : decimalText(new Amount(holding.cost).div(quantity)),
    costCurrency: currency,
    target: holding.targetWeight === null ? null : Number(holding.targetWeight),
  };
}

/** Money is shown to a hundred-millionth: enough for coins, and rounded once, at the very end. */
function money(text: string): string {
  return decimalText(new Amount(text).toDecimalPlaces(8));
}

function maybeMoney(text: string | null): string | null {
  return text === null ? null : money(text);
}
